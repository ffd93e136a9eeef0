"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { CornerDownLeft, Search } from "lucide-react";
import { useMemo } from "react";
import { type Command, isFound, wordsOf } from "./command";
import { cx } from "./cx";
import { BACKDROP } from "./dialog";
import { Keys } from "./kbd";

interface Group {
  value: string;
  items: Command[];
}

function grouped(commands: Command[], isTyped: boolean): Group[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (command.keysOnly || (command.onlyFound && !isTyped)) continue;
    const items = groups.get(command.group) ?? [];
    // If two parts of a page offer a command with the same id, the newer one wins.
    groups.set(command.group, [...items.filter((item) => item.id !== command.id), command]);
  }
  // Commands of the page come before those of every page.
  return [...groups].reverse().map(([value, items]) => ({ value, items }));
}

/** A searchable list of all commands. */
export function CommandPalette({
  open,
  onOpenChange,
  query,
  onQuery,
  commands,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  query: string;
  /** Called with the typed text, so that pages can add commands found by it. */
  onQuery: (query: string) => void;
  commands: Command[];
}) {
  const isTyped = query.trim() !== "";
  const groups = useMemo(() => grouped(commands, isTyped), [commands, isTyped]);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label="Commands"
          className="floats fixed top-[10dvh] left-1/2 z-40 flex max-h-[min(28rem,75dvh)] w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 flex-col overflow-hidden outline-none transition-opacity duration-[120ms] data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={wordsOf}
            onValueChange={onQuery}
            filter={isFound}
          >
            <Autocomplete.InputGroup className="flex items-center gap-2 border-b border-line px-3">
              <Search aria-hidden size={14} className="shrink-0 text-faint" />
              <Autocomplete.Input
                aria-label="Search commands"
                placeholder="Find a run, a person, a setting, or what to do"
                className="field-text h-11 w-full bg-transparent text-prose text-text outline-none"
              />
              <Dialog.Close className="sr-only">Close</Dialog.Close>
            </Autocomplete.InputGroup>
            <div className="min-h-0 flex-1 overflow-y-auto p-1">
              <Autocomplete.Empty className="px-2 py-6 text-center text-list text-muted empty:hidden">
                Nothing here is called that.
              </Autocomplete.Empty>
              <Autocomplete.List>
                {(group: Group) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 text-meta text-faint select-none">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(command: Command) => (
                        <CommandRow
                          key={command.id}
                          command={command}
                          onRun={() => {
                            onOpenChange(false);
                            command.run();
                          }}
                        />
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </div>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandRow({ command, onRun }: { command: Command; onRun: () => void }) {
  const Icon = command.icon ?? CornerDownLeft;
  return (
    <Autocomplete.Item
      value={command}
      onClick={onRun}
      className={cx(
        "flex min-h-8 items-center gap-2.5 rounded-inner px-2 text-list outline-none select-none",
        "data-highlighted:bg-pressed pointer-coarse:min-h-10",
      )}
    >
      <Icon aria-hidden size={14} className="shrink-0 text-faint" />
      <span className="min-w-0 flex-1 truncate">{command.label}</span>
      {command.shortcut ? <Keys shortcut={command.shortcut} /> : null}
    </Autocomplete.Item>
  );
}
