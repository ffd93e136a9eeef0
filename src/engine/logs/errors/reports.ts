import { XMLParser } from "fast-xml-parser";
import { isRecord } from "../../../lib/is-record";
import type { ErrorLine } from "../../../model/error-line";
import { TEST_FINDERS } from "./test-runners";

/** A file that a step left, which may be a report of tests. */
export interface Report {
  name: string;
  text: string;
}

/** Bytes of reports that are read of an attempt, since they are parsed in one go; what is beyond is passed over. */
export const REPORT_BYTES = 2 * 1024 * 1024;

export const mayBeReport = (name: string) => /\.(?:xml|tap)$/i.test(name);

/** The tests that a JUnit or TAP report says failed; none where it is no report. */
export function errorsOfReport({ name, text }: Report): ErrorLine[] {
  return /\.tap$/i.test(name) ? errorsOfTap(text) : errorsOfJunit(text);
}

function errorsOfTap(text: string): ErrorLine[] {
  const lines = text.split("\n").map((line, at) => ({ number: at + 1, text: line }));
  return lines.flatMap(({ text: line }, at) => {
    if (!/^\s*not ok /.test(line)) return [];
    for (const finder of TEST_FINDERS) {
      const found = finder({ lines, at, text: line });
      if (found) return [{ file: null, line: null, ...found, log_line: null, kind: "report" as const }];
    }
    return [];
  });
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  textNodeName: "text",
  isArray: (name) => ["testsuite", "testcase", "failure", "error"].includes(name),
});

function errorsOfJunit(text: string): ErrorLine[] {
  // No report declares entities, by which a small file could become a large one.
  if (!/<testsuites?[\s>]/.test(text.slice(0, 4_096)) || /<!(?:DOCTYPE|ENTITY)/i.test(text)) return [];
  let root: unknown;
  try {
    root = parser.parse(text);
  } catch {
    return [];
  }
  return casesOf(root).flatMap((test) => {
    const [failure] = [...listOf(test.failure), ...listOf(test.error)];
    if (failure === undefined) return [];
    const said = isRecord(failure)
      ? textOf(failure.message) || firstLine(textOf(failure.text))
      : firstLine(textOf(failure));
    const name = [textOf(test.classname), textOf(test.name)].filter(Boolean).join(" ");
    const line = Number(textOf(test.line));
    return [
      {
        kind: "report" as const,
        message: said ? `${name}: ${said}` : name,
        file: textOf(test.file) || null,
        line: Number.isSafeInteger(line) && line > 0 ? line : null,
        log_line: null,
      },
    ];
  });
}

/** All test cases below, in order. */
function casesOf(node: unknown, depth = 0): Record<string, unknown>[] {
  if (!isRecord(node) || depth > 20) return [];
  const suites = [...listOf(node.testsuites), ...listOf(node.testsuite)];
  return [...suites.flatMap((suite) => casesOf(suite, depth + 1)), ...listOf(node.testcase).filter(isRecord)];
}

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
const firstLine = (text: string) =>
  text
    .split("\n")
    .find((line) => line.trim() !== "")
    ?.trim() ?? "";
