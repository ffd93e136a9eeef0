"use client";

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import {
  Compartment,
  EditorState,
  type Extension,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  WidgetType,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { UNSEEN, withMarks } from "../lib/marks";

/** A fault of the text, shown under its line. `line` counts from 1. */
export interface SourceFault {
  line: number;
  column?: number;
  message: string;
}

export interface CodeMirrorProps {
  value: string;
  /** Name for screen readers. */
  label: string;
  language?: "yaml" | "typescript";
  onChange?: (value: string) => void;
  /** ⌘S or Ctrl S. */
  onSave?: () => void;
  faults?: SourceFault[];
  /** Called with the editor once it is there, and again where another takes its place. */
  onReady?: (editor: EditorView) => void;
}

const theme = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--ink)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    fontSize: "12.5px",
    lineHeight: "20px",
    overflow: "auto",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--faint)",
    border: "none",
    fontVariantNumeric: "tabular-nums",
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "40px", padding: "0 4px 0 0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--hover) 60%, transparent)" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-specialChar": { color: "var(--failed)" },
  ".cm-fault-line": { backgroundColor: "color-mix(in oklab, var(--failed) 6%, transparent)" },
  ".cm-fault": {
    padding: "2px 0 6px 6px",
    backgroundColor: "color-mix(in oklab, var(--failed) 6%, transparent)",
  },
  // Lines may be wider than the screen, but fault messages must fit it.
  ".cm-fault > span": {
    display: "inline-block",
    position: "sticky",
    left: "46px",
    maxWidth: "calc(100vw - 64px)",
    color: "var(--failed)",
    fontFamily: "var(--font-sans)",
    fontSize: "12px",
    lineHeight: "16px",
    whiteSpace: "pre-wrap",
  },
});

const DATA_COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-text)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: tags.special(tags.string), color: "var(--done)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--running)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--muted)" },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: "var(--paused)" },
]);

/** The same colours as in `highlight`. */
const CODE_COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.self, tags.modifier], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--done)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--running)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.bracket, tags.operator], color: "var(--muted)" },
  {
    tag: [tags.typeName, tags.className, tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--paused)",
  },
]);

/** Each grammar is a chunk of its own, loaded when a text in that language is first shown. */
const LANGUAGES = {
  yaml: async (): Promise<Extension> => [
    (await import("@codemirror/lang-yaml")).yaml(),
    syntaxHighlighting(DATA_COLOURS),
  ],
  typescript: async (): Promise<Extension> => [
    (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
    syntaxHighlighting(CODE_COLOURS),
  ],
} as const;

/**
 * Characters that reverse or hide text are shown as a mark, as elsewhere on the board; the text keeps them.
 */
const unseen = highlightSpecialChars({
  addSpecialChars: UNSEEN,
  render: (code, description) => {
    const element = document.createElement("span");
    element.className = "cm-specialChar";
    element.textContent = withMarks(String.fromCodePoint(code));
    element.title = description ?? element.textContent;
    return element;
  },
});

class FaultWidget extends WidgetType {
  constructor(readonly message: string) {
    super();
  }
  override eq(other: FaultWidget) {
    return other.message === this.message;
  }
  toDOM() {
    const element = document.createElement("div");
    element.className = "cm-fault";
    const text = document.createElement("span");
    text.textContent = withMarks(this.message);
    element.append(text);
    return element;
  }
}

const setFaults = StateEffect.define<SourceFault[]>();

function decorate(state: EditorState, faults: SourceFault[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  for (const line of new Set(sorted.map((fault) => Math.min(Math.max(fault.line, 1), state.doc.lines)))) {
    const { from, to } = state.doc.line(line);
    const said = sorted
      .filter((fault) => Math.min(Math.max(fault.line, 1), state.doc.lines) === line)
      .map((fault) => (fault.column ? `Column ${fault.column}: ${fault.message}` : fault.message));
    builder.add(from, from, Decoration.line({ class: "cm-fault-line" }));
    const widget = new FaultWidget(said.join("\n"));
    builder.add(to, to, Decoration.widget({ widget, block: true, side: 1 }));
  }
  return builder.finish();
}

/** Faults move with their lines while the text is edited, until they are set again. */
const faultField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setFaults)) return decorate(transaction.state, effect.value);
    }
    return set.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Esc makes Tab leave the editor, for keyboard users. */
function leave(editor: EditorView): boolean {
  editor.contentDOM.blur();
  return true;
}

/** Use `CodeEditor`, which loads this file on demand. */
export default function CodeMirror({
  value,
  label,
  language = "yaml",
  onChange,
  onSave,
  faults,
  onReady,
}: CodeMirrorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef({ onChange, onSave, onReady });
  handlers.current = { onChange, onSave, onReady };
  const first = useRef(value);
  const editable = onChange !== undefined;

  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const colours = new Compartment();
    const extensions: Extension[] = [
      lineNumbers(),
      drawSelection(),
      unseen,
      faultField,
      theme,
      colours.of([]),
      indentUnit.of("  "),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      editable
        ? [
            history(),
            highlightActiveLine(),
            highlightActiveLineGutter(),
            keymap.of([
              {
                key: "Mod-s",
                preventDefault: true,
                run: () => {
                  handlers.current.onSave?.();
                  return true;
                },
              },
              { key: "Escape", run: leave },
              ...defaultKeymap,
              ...historyKeymap,
              indentWithTab,
            ]),
            EditorView.updateListener.of((update) => {
              if (update.docChanged) handlers.current.onChange?.(update.state.doc.toString());
            }),
          ]
        : [
            EditorState.readOnly.of(true),
            EditorView.editable.of(false),
            EditorView.contentAttributes.of({ role: "textbox", "aria-readonly": "true" }),
          ],
    ];
    const editor = new EditorView({
      parent,
      state: EditorState.create({ doc: first.current, extensions }),
    });
    view.current = editor;
    handlers.current.onReady?.(editor);
    // If the grammar fails to load, the editor works without colours.
    LANGUAGES[language]().then(
      (loaded) => view.current === editor && editor.dispatch({ effects: colours.reconfigure(loaded) }),
      () => {},
    );
    return () => {
      first.current = editor.state.doc.toString();
      editor.destroy();
      view.current = null;
    };
  }, [language, editable, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const text = editor.state.doc.toString();
    if (text !== value) editor.dispatch({ changes: { from: 0, to: text.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: setFaults.of(faults ?? []) });
  }, [faults]);

  return <div ref={host} className="h-full min-h-0" />;
}
