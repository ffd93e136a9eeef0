import { measureFanOut } from "./fan-out";
import { measureLists, measurePages } from "./lists";
import { measureLogs } from "./logs";
import type { Measure } from "./measure";
import { measureQueries } from "./queries";
import { seed } from "./seed";
import { measureStart } from "./start";
import { startSubject } from "./subject";
import { measureTransfers } from "./transfers";

const RUNS = 100_000;

let missed = 0;

function report(measures: Measure[]): void {
  for (const measure of measures) {
    if (!measure.ok) missed++;
    process.stdout.write(`${JSON.stringify(measure)}\n`);
  }
}

const only = process.argv[2];
const wants = (part: string) => only === undefined || only === part;

if (wants("lists")) {
  const subject = await startSubject(0);
  try {
    const full = await seed(subject, RUNS);
    report(await measureLists(subject, full));
    report([await measurePages(subject, full), await measureQueries(subject, full)]);
  } finally {
    await subject.stop();
  }
}
if (wants("fan-out")) {
  const subject = await startSubject(0);
  try {
    report(await measureFanOut(subject, await seed(subject, 0), await seed(subject, 0)));
  } finally {
    await subject.stop();
  }
}
if (wants("start")) {
  const subject = await startSubject(1);
  try {
    report([await measureStart(subject, await seed(subject, 0))]);
  } finally {
    await subject.stop();
  }
}
if (wants("logs")) {
  const subject = await startSubject(1);
  try {
    report([await measureLogs(subject, await seed(subject, 0))]);
  } finally {
    await subject.stop();
  }
}
if (wants("transfers")) {
  const subject = await startSubject(0);
  try {
    report(await measureTransfers(subject, await seed(subject, 0)));
  } finally {
    await subject.stop();
  }
}
process.exitCode = missed > 0 ? 1 : 0;
