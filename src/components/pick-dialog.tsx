"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Check, Plus, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { BACKDROP } from "./dialog";

export interface Choice {
  id: string;
  label: string;
  /** Before the label, such as a dot or an icon. */
  sign?: ReactNode;
  hint?: string;
  chosen: boolean;
}

/** The entry that makes something new of what was typed. */
const NEW = "\0new";

/**
 * One or several of a list, found by typing. A pick of one closes it; of several, each pick toggles and Esc leaves.
 * Render it only while it is open.
 */
export function PickDialog({
  title,
  placeholder,
  choices,
  several = false,
  empty,
  onPick,
  onNew,
  newLabel,
  onClose,
}: {
  title: string;
  placeholder: string;
  choices: Choice[];
  several?: boolean;
  /** Said while nothing is found, or nothing is there. */
  empty: string;
  onPick: (id: string) => void;
  /** Makes a choice of what was typed, where none has that name. */
  onNew?: (name: string) => void;
  newLabel?: (name: string) => string;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const name = typed.trim();
  const isKnown = choices.some((choice) => choice.label.toLowerCase() === name.toLowerCase());
  const offered: Choice[] =
    onNew && name !== "" && !isKnown
      ? [...choices, { id: NEW, label: newLabel?.(name) ?? name, chosen: false }]
      : choices;
  const pick = (id: string) => {
    if (id === NEW) {
      onNew?.(name);
      setTyped("");
    } else onPick(id);
    if (!several) onClose();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label={withMarks(title)}
          className="floats fixed top-[10dvh] left-1/2 z-40 flex max-h-[min(24rem,75dvh)] w-[min(26rem,calc(100vw-1rem))] -translate-x-1/2 flex-col overflow-hidden outline-none"
        >
          <Autocomplete.Root
            open
            inline
            items={offered}
            autoHighlight="always"
            keepHighlight
            value={typed}
            onValueChange={setTyped}
            itemToStringValue={(choice: Choice) => choice.label}
            filter={(choice: Choice, query) =>
              choice.id === NEW || choice.label.toLowerCase().includes(query.trim().toLowerCase())
            }
          >
            <p className="truncate px-3 pt-2 text-meta text-faint">{withMarks(title)}</p>
            <Autocomplete.InputGroup className="flex items-center gap-2 border-b border-line px-3">
              <Search aria-hidden size={14} className="shrink-0 text-faint" />
              <Autocomplete.Input
                aria-label={withMarks(placeholder)}
                placeholder={placeholder}
                className="field-text h-10 w-full bg-transparent text-prose text-text outline-none"
              />
              <Dialog.Close className="sr-only">Close</Dialog.Close>
            </Autocomplete.InputGroup>
            <div className="min-h-0 flex-1 overflow-y-auto p-1">
              <Autocomplete.Empty className="px-2 py-5 text-center text-list text-muted empty:hidden">
                {empty}
              </Autocomplete.Empty>
              <Autocomplete.List>
                {(choice: Choice) => (
                  <Autocomplete.Item
                    key={choice.id}
                    value={choice}
                    onClick={() => pick(choice.id)}
                    className={cx(
                      "flex min-h-8 items-center gap-2.5 rounded-inner px-2 text-list outline-none select-none",
                      "data-highlighted:bg-pressed pointer-coarse:min-h-10",
                    )}
                  >
                    {choice.id === NEW ? (
                      <Plus aria-hidden size={14} className="shrink-0 text-faint" />
                    ) : (
                      choice.sign
                    )}
                    <span className="min-w-0 flex-1 truncate">{withMarks(choice.label)}</span>
                    {choice.hint ? (
                      <span className="text-meta text-faint">{withMarks(choice.hint)}</span>
                    ) : null}
                    {choice.chosen ? (
                      <>
                        <Check aria-hidden size={14} className="shrink-0 text-accent-text" />
                        <span className="sr-only">chosen</span>
                      </>
                    ) : null}
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </div>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
