import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
} from "@codemirror/autocomplete";
import {
  type Diagnostic,
  linter,
  nextDiagnostic,
  previousDiagnostic,
  setDiagnostics,
} from "@codemirror/lint";
import { EditorState, type Extension, Prec, StateEffect, type Text } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import type { LoadFault, Vocabulary } from "../../schema";
import { completeCode } from "./complete-code";
import { completeYaml } from "./complete-yaml";

export type DefinitionType = "yaml" | "code";

/** Gives an editor what one of definitions has beside: completion, and marks of faults with their keys. */
export function install(
  view: EditorView,
  type: DefinitionType,
  vocabulary: () => Vocabulary | undefined,
): Assistance {
  view.dispatch({ effects: StateEffect.appendConfig.of(extensionsFor(type, vocabulary)) });
  return { show: (told, path) => show(view, told, path), goTo: (place) => goTo(view, place) };
}

interface Told {
  faults: readonly LoadFault[];
  warnings: readonly LoadFault[];
}

export interface Assistance {
  /** Marks faults and warnings; those of other files than `path` have no place here. */
  show: (told: Told, path: string) => void;
  /** Selects what stands at a place, and shows it. */
  goTo: (place: { line: number; column: number }) => void;
}

function extensionsFor(type: DefinitionType, vocabulary: () => Vocabulary | undefined): Extension {
  const source = (context: CompletionContext) => {
    const known = vocabulary();
    if (!known) return null;
    return type === "yaml" ? completeYaml(known, context) : completeCode(known, context);
  };
  return [
    type === "yaml"
      ? autocompletion({ override: [source], icons: false })
      : // Beside the names and snippets of the language itself.
        [autocompletion({ icons: false }), EditorState.languageData.of(() => [{ autocomplete: source }])],
    closeBrackets(),
    // Faults are given from outside; this is here for their marks and what hovering shows.
    linter(null),
    Prec.high(
      keymap.of([
        { key: "Tab", run: acceptCompletion },
        { key: "F8", run: nextDiagnostic },
        { key: "Shift-F8", run: previousDiagnostic },
        ...closeBracketsKeymap,
      ]),
    ),
    theme,
  ];
}

function show(view: EditorView, { faults, warnings }: Told, path: string): void {
  const { doc } = view.state;
  const all = [
    ...faults.map((fault) => ({ ...fault, severity: "error" as const })),
    ...warnings.map((fault) => ({ ...fault, severity: "warning" as const })),
  ];
  const diagnostics = all
    .filter(({ file }) => file === path)
    .map(
      ({ line, column, message, severity }): Diagnostic => ({
        ...rangeAt(doc, line, column),
        severity,
        message,
      }),
    );
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function goTo(view: EditorView, { line, column }: { line: number; column: number }): void {
  const { from, to } = rangeAt(view.state.doc, line, column);
  // Selected as a whole, as by F8, which goes on from there.
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.scrollIntoView(from, { y: "center" }),
  });
  view.focus();
}

/** The word at a place, both counted from 1; the line's end, or the whole line, where no word is there. */
function rangeAt(doc: Text, line: number, column: number): { from: number; to: number } {
  const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const start = Math.min(Math.max(0, column - 1), text.length);
  const word = /^(?:"[^"]*"?|'[^']*'?|\$\{\{.*?\}\}|[^\s,:[\]{}]+|\S)/.exec(text.slice(start))?.[0] ?? "";
  return word === ""
    ? { from: from + (text.length === start ? 0 : start), to }
    : { from: from + start, to: from + start + word.length };
}

const theme = EditorView.theme({
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--failed)",
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--needs-you)",
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--failed)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    boxShadow: "0 10px 28px light-dark(oklch(0.25 0.03 275 / 0.14), oklch(0 0 0 / 0.45))",
    overflow: "hidden",
  },
  ".cm-diagnostic": {
    borderLeft: "none",
    padding: "6px 10px",
    maxWidth: "min(480px, 90vw)",
    fontFamily: "var(--font-sans)",
    fontSize: "13px",
    lineHeight: "18px",
  },
  ".cm-diagnosticText": { whiteSpace: "pre-wrap" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "12.5px",
    maxHeight: "260px",
    minWidth: "180px",
    padding: "3px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "3px 8px",
    lineHeight: "18px",
    borderRadius: "4px",
    display: "flex",
    gap: "16px",
    justifyContent: "space-between",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--ink)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-text)", fontWeight: "550" },
  ".cm-completionDetail": {
    color: "var(--muted)",
    fontStyle: "normal",
    marginLeft: "0",
    fontFamily: "var(--font-sans)",
  },
  ".cm-tooltip.cm-completionInfo": {
    padding: "6px 10px",
    maxWidth: "min(320px, 60vw)",
    fontFamily: "var(--font-sans)",
    fontSize: "13px",
    lineHeight: "18px",
  },
  ".cm-snippetField": { backgroundColor: "var(--accent-soft)" },
});
