import type { HighlighterCore } from "@shikijs/core";

/** Each grammar is a chunk of its own, loaded when a text in that language is first shown. */
export const GRAMMARS = {
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

/** Names used on code fences and as file extensions. */
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

/** The language for a fence's name ("ts") or a file name ("run.test.ts"); null if unsupported. */
export function languageOf(word: string): CodeLanguage | null {
  const last = word.toLowerCase().replace(/^.*[./\\]/s, "");
  const named = Object.hasOwn(ALIASES, last) ? ALIASES[last] : last;
  return Object.hasOwn(GRAMMARS, named ?? "") ? (named as CodeLanguage) : null;
}

export interface CodeToken {
  text: string;
  /** A theme colour as `var(--…)`. */
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

/** Longer lines stay plain: highlighting minified code would take seconds. */
const LINE_LIMIT = 2_000;

/** Splits `code` into lines of coloured tokens. Loads the grammar; rejects if that fails. */
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
