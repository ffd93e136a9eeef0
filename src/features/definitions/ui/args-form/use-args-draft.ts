"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import type { FieldFault } from "../../../../lib/errors";
import { draftOfJson, jsonOfDraft } from "./as-json";
import { type DraftFields, firstDraft, firstJson } from "./draft";
import type { ArgsSpec } from "./field-spec";
import { readFields, readWhole } from "./read";
import { argsSpec } from "./spec";

interface State {
  draft: DraftFields;
  /** The JSON text, when args are edited as JSON. */
  whole: string;
  asJson: boolean;
  /** The JSON text made from `draft`. If it was not edited, switching back keeps `draft` unchanged. */
  drawn: string | null;
  faults: FieldFault[];
  /** What was last read; faults are hidden for controls that have changed since. */
  was: { draft: DraftFields | null; whole: string | null };
}

type Given = Record<string, unknown>;

const EMPTY = { asJson: false, drawn: null, faults: [], was: { draft: null, whole: null } };

function stateOf(spec: ArgsSpec, given: Given | undefined): State {
  const whole = given ? JSON.stringify(given, null, 2) : spec?.kind === "json" ? firstJson(spec) : "{}";
  if (spec?.kind !== "fields") return { ...EMPTY, draft: {}, whole };
  const first = firstDraft(spec.fields);
  if (!given) return { ...EMPTY, draft: first, whole };
  const read = draftOfJson(spec.fields, whole);
  // What the controls cannot show is shown as JSON, so that nothing of it is lost.
  return "draft" in read
    ? { ...EMPTY, draft: read.draft, whole }
    : { ...EMPTY, draft: first, whole, asJson: true };
}

function readState(spec: ArgsSpec, { draft, whole, asJson }: State, given: Given | undefined) {
  if (!spec) return { value: given ?? {} };
  return spec.kind === "json" || asJson ? readWhole(whole) : readFields(spec.fields, draft);
}

/** Switches between controls and JSON. The state stays as it is if the controls cannot show the JSON. */
function switched(spec: ArgsSpec, state: State, asJson: boolean): State {
  if (spec?.kind !== "fields" || asJson === state.asJson) return state;
  if (asJson) {
    const text = jsonOfDraft(spec.fields, state.draft);
    return { ...state, asJson, whole: text, drawn: text };
  }
  if (state.whole === state.drawn) return { ...state, asJson };
  const read = draftOfJson(spec.fields, state.whole);
  if ("draft" in read) return { ...state, asJson, draft: read.draft, faults: [] };
  return { ...state, faults: read.faults, was: { draft: null, whole: state.whole } };
}

/** The form filled with a JSON text, in its controls, or as JSON where they cannot show it. */
function filled(spec: ArgsSpec, text: string): State {
  const state = stateOf(spec, undefined);
  if (spec?.kind !== "fields") return { ...state, whole: text };
  const read = draftOfJson(spec.fields, text);
  return "draft" in read ? { ...state, draft: read.draft } : { ...state, asJson: true, whole: text };
}

/** What is typed so far as JSON text, without passwords; null while it is as it was at first. */
function typedText(spec: ArgsSpec, state: State): string | null {
  const first = stateOf(spec, undefined);
  if (spec?.kind !== "fields" || state.asJson) {
    const text = spec?.kind === "fields" ? jsonOfDraft(spec.fields, first.draft) : first.whole;
    return state.whole === text ? null : state.whole;
  }
  const open = spec.fields.filter((field) => field.kind !== "text" || field.input !== "password");
  const text = jsonOfDraft(open, state.draft);
  return text === jsonOfDraft(open, first.draft) ? null : text;
}

/**
 * Holds what a person fills into the form of a JSON Schema; starts from `given`, from the JSON text `kept`, or from the
 * defaults, and again without `kept` when the schema changes. `read` returns the value, or null and sets `faults`. `fill`
 * takes another JSON text. Pass `controls` to `ArgsFields`.
 */
export function useArgsDraft(
  schema: Record<string, unknown> | null,
  given?: Given,
  kept: string | null = null,
) {
  const spec = useMemo(() => argsSpec(schema), [schema]);
  const [state, setState] = useState(() => (kept === null ? stateOf(spec, given) : filled(spec, kept)));
  const first = useRef(given);
  first.current = given;

  const shown = useRef(spec);
  useEffect(() => {
    if (shown.current === spec) return;
    shown.current = spec;
    setState(stateOf(spec, first.current));
  }, [spec]);

  const read = (): Record<string, unknown> | null => {
    const found = readState(spec, state, given);
    const { draft, whole, asJson, drawn } = state;
    const was = {
      draft: !asJson || whole === drawn ? draft : null,
      whole: asJson || spec?.kind === "json" ? whole : null,
    };
    setState({ ...state, was, faults: "faults" in found ? found.faults : [] });
    return "faults" in found ? null : found.value;
  };

  const controls = {
    draft: state.draft,
    onDraftChange: (draft: DraftFields) => setState((now) => ({ ...now, draft })),
    whole: state.whole,
    onWholeChange: (whole: string) => setState((now) => ({ ...now, whole })),
    asJson: state.asJson,
    onAsJsonChange: (asJson: boolean) => setState((now) => switched(spec, now, asJson)),
    was: state.was,
  };
  return {
    spec,
    faults: state.faults,
    read,
    controls,
    /** As `typedText` has it. */
    typed: typedText(spec, state),
    fill: (text: string | null) => setState(text === null ? stateOf(spec, undefined) : filled(spec, text)),
  };
}

export type ArgsControls = ReturnType<typeof useArgsDraft>["controls"];
