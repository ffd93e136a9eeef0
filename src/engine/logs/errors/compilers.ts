import { type Finder, lookAhead, placeOf, textAt } from "./scan";

/** `src/a.ts(5,3): error TS2322: …` and `src/a.ts:5:3 - error TS2322: …`; C# has the first form. */
const typescript: Finder = ({ text }) => {
  const match = /^\s*(\S[^(:]*)(?:\((\d+),\d+\):|:(\d+):\d+ -) error ([A-Z]{2,4}\d+: .+)$/.exec(text);
  if (!match?.[4]) return null;
  return { kind: "compiler", message: match[4], ...placeOf(match[1], match[2] ?? match[3]) };
};

/** `a.c:5:3: error: …`, as of gcc, clang, javac, swiftc and many more. */
const colons: Finder = ({ text }) => {
  const match =
    /^\s*(?:\[ERROR\] )?((?:[A-Za-z]:)?[^\s:()[\]][^:()[\]]*):(\d+):(?:\d+:)? (?:fatal )?error: (.+)$/.exec(
      text,
    );
  if (!match?.[3]) return null;
  return { kind: "compiler", message: match[3], ...placeOf(match[1], match[2]) };
};

/** `./a.go:5:3: undefined: x`: Go says no word of its own. */
const go: Finder = ({ text }) => {
  const match = /^(?:vet: )?(\S+\.go):(\d+):\d+: (.+)$/.exec(text);
  if (!match?.[3] || /^(?:warning|note):/.test(match[3])) return null;
  return { kind: "compiler", message: match[3], ...placeOf(match[1], match[2]) };
};

/** `error[E0308]: mismatched types`, then `  --> src/a.rs:5:3`. */
const rustc: Finder = (place) => {
  const match = /^error(\[E\d+\])?: (.+)$/.exec(place.text);
  if (!match?.[2]) return null;
  const at = lookAhead(place, 3, (text) => /^\s*--> ([^\s:]+):(\d+):\d+$/.exec(text));
  if (!at) return null;
  return { kind: "compiler", message: match[2], ...placeOf(at[1], at[2]) };
};

/** `[ERROR] /p/A.java:[5,3] …`, of Maven. */
const maven: Finder = ({ text }) => {
  const match = /^\[ERROR\] (\S+\.\w+):\[(\d+),\d+\] (.+)$/.exec(text);
  if (!match?.[3]) return null;
  return { kind: "compiler", message: match[3], ...placeOf(match[1], match[2]) };
};

/** `e: file:///p/a.kt:5:3 …`, of Kotlin. */
const kotlin: Finder = ({ text }) => {
  const match = /^e: (?:file:\/\/)?(\S+\.kts?):(?:\()?(\d+)[:,]\s?\d+\)?:? (.+)$/.exec(text);
  if (!match?.[3]) return null;
  return { kind: "compiler", message: match[3], ...placeOf(match[1], match[2]) };
};

/** `  5:3  error  message  rule` below the file's own line, of ESLint. */
const eslint: Finder = (place) => {
  const match = /^\s+(\d+):\d+\s+(?:error|✖)\s+(.+?)(?:\s{2,}(\S+))?$/.exec(place.text);
  if (!match?.[2]) return null;
  let file: string | undefined;
  for (let offset = 1; offset <= 200 && offset <= place.at && file === undefined; offset++) {
    const text = textAt(place, -offset);
    if (text.trim() === "") break;
    if (/^\S/.test(text)) file = text.trim();
  }
  const rule = match[3] ? ` (${match[3]})` : "";
  return { kind: "compiler", message: `${match[2]}${rule}`, ...placeOf(file, match[1]) };
};

/** `src/a.ts:5:3 lint/style/useConst ━━━━`, then `  × message`, of Biome. */
const biome: Finder = (place) => {
  const match = /^(\S+?):(\d+):\d+ ((?:lint|parse|assist|suppressions)\b\S*).*━/.exec(place.text);
  if (!match?.[3]) return null;
  const said = lookAhead(place, 4, (text) => /^\s*[×✖] (.+)$/.exec(text));
  if (!said?.[1]) return null;
  return { kind: "compiler", message: `${said[1]} (${match[3]})`, ...placeOf(match[1], match[2]) };
};

/** `✘ [ERROR] message`, then `    src/a.ts:5:3:`, of esbuild. */
const esbuild: Finder = (place) => {
  const match = /^[✘X] \[ERROR\] (.+)$/.exec(place.text);
  if (!match?.[1]) return null;
  const at = lookAhead(place, 4, (text) => /^\s+([^\s:]+):(\d+):\d+:$/.exec(text));
  return { kind: "compiler", message: match[1], ...placeOf(at?.[1], at?.[2]) };
};

/** What the linker does not find. */
const linker: Finder = ({ text }) => {
  const match =
    /^(?:\S*ld(?:\.\w+)?: )?(?:(\S+?\.\w+):(?:(\d+):|\([^)]*\):)? )?(undefined reference to .+|cannot find -l\S+.*)$/.exec(
      text,
    );
  if (!match?.[3]) return null;
  return { kind: "compiler", message: match[3], ...placeOf(match[1], match[2]) };
};

export const COMPILER_FINDERS: readonly Finder[] = [
  typescript,
  maven,
  colons,
  kotlin,
  go,
  rustc,
  eslint,
  biome,
  esbuild,
  linker,
];
