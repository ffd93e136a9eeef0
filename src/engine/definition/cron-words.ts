import cronstrue from "cronstrue";

/**
 * A cron expression in words, "At 07:00, Monday through Friday"; the expression itself where there are none. With a day
 * and a weekday it fires on either, which the words say.
 */
export function cronInWords(cron: string): string {
  try {
    const [minute, hour, day, month, weekday] = cron.split(" ");
    if (day === undefined || weekday === undefined || day === "*" || weekday === "*") return wordsOf(cron);
    const time = wordsOf(`${minute} ${hour} * * *`);
    const of = (dates: string) => wordsOf(`${minute} ${hour} ${dates}`).slice(time.length);
    const onWeekdays = of(`* * ${weekday}`).replace(/^, (only )?/, "");
    return `${time}${of(`${day} * *`)} or ${onWeekdays}${of(`* ${month} *`)}`;
  } catch {
    return cron;
  }
}

const wordsOf = (cron: string) => cronstrue.toString(cron, { use24HourTimeFormat: true, locale: "en" });
