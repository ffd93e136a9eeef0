"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "../../../../components/button";
import { cx } from "../../../../components/cx";
import { FormError } from "../../../../components/form-error";
import { IconButton } from "../../../../components/icon-button";
import { withMarks } from "../../../../lib/marks";
import { type ArgsDraft, draftOf } from "./draft";
import type { FieldSpec } from "./field-spec";

/** The part of a row that gets the focus after the rows have changed. */
type Goal = { row: number; part: "control" | "up" | "down" | "remove" } | "add";

const CONTROLS = "input:not([type=hidden], [aria-hidden]), textarea, [role=combobox], [role=checkbox]";

/** The rows of an array, with buttons to add, remove and move them. */
export function ListField({
  spec,
  isNone,
  rows,
  onChange,
  labelHidden,
  error,
  children,
}: {
  spec: Extract<FieldSpec, { kind: "list" }>;
  /** The value is null, so no row can be added. */
  isNone: boolean;
  rows: ArgsDraft[];
  onChange: (draft: ArgsDraft) => void;
  labelHidden: boolean | undefined;
  error: string | null;
  children: (row: ArgsDraft, index: number, onRowChange: (draft: ArgsDraft) => void) => ReactNode;
}) {
  const notes = useId();
  const box = useRef<HTMLFieldSetElement>(null);
  const goal = useRef<Goal | null>(null);
  useEffect(() => {
    if (goal.current && box.current) focusOn(box.current, goal.current);
    goal.current = null;
  });

  const change = (next: ArgsDraft[], then: Goal | null) => {
    goal.current = then;
    onChange(next.length === 0 ? "" : next);
  };
  const add = () => change([...rows, draftOf(spec.item)], { row: rows.length, part: "control" });
  const remove = (index: number) => {
    const next = rows.toSpliced(index, 1);
    change(next, next.length === 0 ? "add" : { row: Math.min(index, next.length - 1), part: "remove" });
  };
  const move = (index: number, by: -1 | 1) => {
    const to = index + by;
    const next = rows.with(to, rows[index] ?? "").with(index, rows[to] ?? "");
    const isLast = by === -1 ? to === 0 : to === rows.length - 1;
    change(next, { row: to, part: (by === -1) === isLast ? "down" : "up" });
  };

  return (
    <fieldset ref={box} aria-describedby={notes} className="flex min-w-0 flex-col gap-2">
      <legend className={cx("mb-1.5 text-list font-medium", labelHidden && "sr-only")}>
        {withMarks(spec.label)}
        {spec.required ? null : <span className="ml-1.5 font-normal text-faint">optional</span>}
      </legend>
      {rows.map((row, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row holds nothing that its draft does not
          key={index}
          name={`${spec.label} ${index + 1}`}
          index={index}
          spec={spec.item}
          buttons={
            <>
              <IconButton
                bare
                data-part="up"
                icon={ArrowUp}
                label={`Move ${spec.label} ${index + 1} up`}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <IconButton
                bare
                data-part="down"
                icon={ArrowDown}
                label={`Move ${spec.label} ${index + 1} down`}
                disabled={index === rows.length - 1}
                onClick={() => move(index, 1)}
              />
              <IconButton
                bare
                data-part="remove"
                icon={X}
                label={`Remove ${spec.label} ${index + 1}`}
                onClick={() => remove(index)}
              />
            </>
          }
        >
          {children(row, index, (next) => change(rows.with(index, next), null))}
        </Row>
      ))}
      {isNone ? null : (
        <Button
          data-part="add"
          className="self-start"
          icon={Plus}
          disabled={spec.max !== null && rows.length >= spec.max}
          onClick={add}
        >
          Add {withMarks(spec.label)}
        </Button>
      )}
      <div id={notes} className="flex flex-col gap-1.5 empty:hidden">
        {spec.hint ? <p className="text-meta text-pretty text-muted">{withMarks(spec.hint)}</p> : null}
        <FormError message={error} />
      </div>
    </fieldset>
  );
}

/** A single control has its buttons beside it; a larger one has them below. */
function Row({
  name,
  index,
  spec,
  buttons,
  children,
}: {
  name: string;
  index: number;
  spec: FieldSpec;
  buttons: ReactNode;
  children: ReactNode;
}) {
  const isLarge = spec.kind === "group" || spec.kind === "list" || spec.kind === "choices";
  return (
    <fieldset
      aria-label={withMarks(name)}
      data-row={index}
      className={cx("flex min-w-0 gap-1", isLarge && "flex-col rounded-outer border border-line p-2")}
    >
      {isLarge ? (
        <div className="flex items-center">
          <span aria-hidden className="min-w-0 flex-1 truncate text-meta text-muted">
            {withMarks(name)}
          </span>
          {buttons}
        </div>
      ) : null}
      <div className="min-w-0 flex-1">{children}</div>
      {isLarge ? null : <div className="flex shrink-0">{buttons}</div>}
    </fieldset>
  );
}

function focusOn(box: HTMLElement, goal: Goal): void {
  // The first match in this list itself, not in a list inside one of its rows.
  const own = (found: Iterable<HTMLElement>) =>
    [...found].find((each) => each.parentElement?.closest("[data-row]") === outer);
  const outer = box.closest("[data-row]");
  if (goal === "add") {
    own(box.querySelectorAll<HTMLElement>("[data-part=add]"))?.focus();
    return;
  }
  const row = own(box.querySelectorAll<HTMLElement>(`[data-row="${goal.row}"]`));
  const part = goal.part === "control" ? CONTROLS : `[data-part=${goal.part}]`;
  const found = [...(row?.querySelectorAll<HTMLElement>(part) ?? [])];
  const target =
    goal.part === "control" ? found[0] : found.find((each) => each.closest("[data-row]") === row);
  (target ?? row?.querySelector<HTMLElement>("button"))?.focus();
}
