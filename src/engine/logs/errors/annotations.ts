import type { Finder } from "./scan";

/** `::error file=a.ts,line=5,title=…::message`, a command of GitHub's actions, and `##[error]message`. */
export const annotation: Finder = ({ text }) => {
  const plain = /^\s*##\[error\](.+)$/.exec(text);
  if (plain?.[1])
    return /^Process completed with exit code/.test(plain[1])
      ? null
      : { kind: "annotation", message: plain[1] };
  const match = /^\s*::error(?: (.*?))?::(.*)$/.exec(text);
  if (!match) return null;
  const given = new Map(
    (match[1] ?? "").split(",").map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1))] as const;
    }),
  );
  const [title, said] = [given.get("title"), decoded(match[2] ?? "").trim()];
  const message = title && said ? `${title}: ${said}` : title || said;
  if (!message) return null;
  const line = Number(given.get("line"));
  return {
    kind: "annotation",
    message,
    file: given.get("file") || null,
    line: Number.isSafeInteger(line) && line > 0 ? line : null,
  };
};

/** Undoes the escapes that such a command needs; escapes of its own are text. */
const decoded = (text: string) =>
  text.replace(/%(25|0D|0A|3A|2C)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
