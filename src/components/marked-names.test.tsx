import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Info } from "lucide-react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { ProgressSegments } from "../features/in-run/ui/progress-segments";
import { Avatar } from "./avatar";
import { Button } from "./button";
import { shownCommand } from "./command";
import { IconButton } from "./icon-button";
import { List, ListRow } from "./list";
import { ProgressBar } from "./progress-bar";

const NAME = "rm \u202etxt.exe\u200b";
const MARKED = "rm ⟨U+202E⟩txt.exe⟨U+200B⟩";

it.each([
  ["a button", <Button key="b" aria-label={NAME} title={NAME} />],
  ["an icon's button", <IconButton key="i" label={NAME} icon={Info} bare title={NAME} />],
  ["a person", <Avatar key="a" name={NAME} />],
  [
    "a list",
    <List key="l" label={NAME}>
      <ListRow title={NAME} />
    </List>,
  ],
  ["progress", <ProgressBar key="p" label={NAME} value={0.5} />],
  ["steps", <ProgressSegments key="s" steps={[{ id: "1", name: NAME, status: "failed", count: 1 }]} />],
])("what names %s shows as marks what turns or hides text", (_, element) => {
  const html = renderToStaticMarkup(element);
  expect(html).toContain(MARKED);
  expect(html).not.toContain("\u202e");
});

it("is so in the palette and the list of keys, whatever a command is called", () => {
  const command = { id: "1", label: `Open ${NAME}`, group: NAME, run: () => {} };
  expect(shownCommand(command)).toMatchObject({ label: `Open ${MARKED}`, group: MARKED });
});

/** Names that come from our own code and need no marks. */
const OURS = [
  'checked ? "Done" : "To do"',
  "exact",
  "`Worker ${attempt.worker_id}`",
  "`Attempt ${step.attempt}`",
  "`Line ${number}`",
  "`Line ${line}`",
  // Numbers and fixed words.
  "`Zoom is ${percent(scale, fitted)}. Show 100 %`",
  "`Revision ${number}`",
  "`Half of the runs took at most ${spokenDuration(step.median_ms)}`",
  '`Show ${notes === 1 ? "the comment" : `${notes} comments`} on line ${number}`',
  "sizeWords(sizes)",
  "NAMES[view]",
  "word",
  "titleOf(span)",
  "folded ? `Unfold ${hidden} lines` : `Fold ${hidden} lines`",
];

it("is so of every element: none is named by a text that was not looked at", () => {
  const unmarked = readdirSync("src", { recursive: true, encoding: "utf8" }).flatMap((path) =>
    !path.endsWith(".tsx")
      ? []
      : namesIn(readFileSync(join("src", path), "utf8"))
          .filter((value) => !value.includes("withMarks(") && !OURS.includes(value))
          .map((value) => `${path}: ${value}`),
  );
  expect(unmarked).toEqual([]);
});

/**
 * The code of each `aria-label`, `title` and `alt` of plain elements. Our own components mark names
 * themselves.
 */
function namesIn(source: string): string[] {
  const names: string[] = [];
  let element = "";
  for (const found of source.matchAll(/<([A-Za-z][\w.]*)(?=[\s>/])|\b(?:aria-label|title|alt)=\{/g)) {
    if (found[1]) element = found[1];
    else if (/^[a-z]|\./.test(element)) names.push(untilClosed(source.slice(found.index + found[0].length)));
  }
  return names;
}

function untilClosed(code: string): string {
  let depth = 1;
  const end = [...code].findIndex((char) => {
    depth += char === "{" ? 1 : char === "}" ? -1 : 0;
    return depth === 0;
  });
  return [...code].slice(0, end).join("");
}
