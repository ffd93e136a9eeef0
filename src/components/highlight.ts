import type { HighlighterCore } from "@shikijs/core";

/** Each grammar is a file of its own, asked for when the first text in it is shown. */
const GRAMMARS = {
  c: () => import("@shikijs/langs/c"),
  css: () => import("@shikijs/langs/css"),
  diff: () => import("@shikijs/langs/diff"),
  dockerfile: () => import("@shikijs/langs/docker"),
  go: () => import("@shikijs/langs/go"),
  html: () => import("@shikijs/langs/html"),
  ini: () => import("@shikijs/langs/ini"),
  java: () => import("@shikijs/langs/java"),
  json: () => import("@shikijs/langs/json"),
  markdown: () => import("@shikijs/langs/markdown"),
  python: () => import("@shikijs/langs/python"),
  ruby: () => import("@shikijs/langs/ruby"),
  rust: () => import("@shikijs/langs/rust"),
  shellscript: () => import("@shikijs/langs/shellscript"),
  sql: () => import("@shikijs/langs/sql"),
  toml: () => import("@shikijs/langs/toml"),
  tsx: () => import("@shikijs/langs/tsx"),
  typescript: () => import("@shikijs/langs/typescript"),
  xml: () => import("@shikijs/langs/xml"),
  yaml: () => import("@shikijs/langs/yaml"),
} as const;
export type CodeLanguage = keyof typeof GRAMMARS;

/** What people write behind a fence, and how files end. */
const ALIASES: Record<string, CodeLanguage> = {
  bash: "shellscript",
  cjs: "typescript",
  conf: "ini",
  cts: "typescript",
  docker: "dockerfile",
  h: "c",
  htm: "html",
  javascript: "typescript",
  js: "typescript",
  json5: "json",
  jsonc: "json",
  jsonl: "json",
  jsx: "tsx",
  md: "markdown",
  mjs: "typescript",
  mts: "typescript",
  ndjson: "json",
  patch: "diff",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shellscript",
  shell: "shellscript",
  svg: "xml",
  ts: "typescript",
  xhtml: "html",
  yml: "yaml",
  zsh: "shellscript",
};

/** The language that a fence names ("ts") or a file's name ends with ("run.test.ts"); null: none that we colour. */
export function languageOf(word: string): CodeLanguage | null {
  const last =
    word
      .toLowerCase()
      .split(/[./\\]/)
      .at(-1) ?? "";
  const named = Object.hasOwn(ALIASES, last) ? ALIASES[last] : last;
  return Object.hasOwn(GRAMMARS, named ?? "") ? (named as CodeLanguage) : null;
}

export interface CodeToken {
  text: string;
  /** A colour of ours as `var(--…)`. */
  colour: string | undefined;
}

let highlighter: Promise<HighlighterCore> | undefined;

async function open(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] =
    await Promise.all([import("@shikijs/core"), import("@shikijs/engine-javascript")]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: "tokens", variablePrefix: "--code-" })],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}

/** A minified line would take seconds; it stays plain. */
const LINE_LIMIT = 2_000;

/** The lines of `code` in coloured pieces. Loads what it needs; rejects where that cannot be had. */
export async function highlight(code: string, language: CodeLanguage): Promise<CodeToken[][]> {
  highlighter ??= open();
  const core = await highlighter.catch((error: unknown) => {
    highlighter = undefined;
    throw error;
  });
  if (!core.getLoadedLanguages().includes(language)) await core.loadLanguage(GRAMMARS[language]());
  return core
    .codeToTokensBase(code, { lang: language, theme: "tokens", tokenizeMaxLineLength: LINE_LIMIT })
    .map((line) => line.map(({ content, color }) => ({ text: content, colour: color })));
}
