"use client";

import { withMarks } from "../lib/marks";
import type { Command } from "./command";
import { Dialog } from "./dialog";
import { Keys } from "./kbd";

/** Keys that lists handle themselves, without a command. */
const LIST_KEYS = [
  ["Next in the list", ["j", "arrowdown"]],
  ["Previous in the list", ["k", "arrowup"]],
  ["Open", ["enter"]],
  ["Leave", ["escape"]],
] as const;

function Row({ label, shortcuts }: { label: string; shortcuts: readonly string[] }) {
  return (
    <div className="flex min-h-7 items-center gap-3">
      <dt className="min-w-0 flex-1 truncate">{label}</dt>
      <dd className="flex items-center gap-1.5">
        {shortcuts.map((shortcut) => (
          <Keys key={shortcut} shortcut={shortcut} />
        ))}
      </dd>
    </div>
  );
}

/** Lists the shortcuts that work on this page. */
export function ShortcutsDialog({
  open,
  onOpenChange,
  commands,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  commands: Command[];
}) {
  const byKeys = new Map<string, Command>();
  for (const command of commands) if (command.shortcut) byKeys.set(command.shortcut, command);
  const groups = new Map<string, Command[]>();
  for (const command of byKeys.values()) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" width="md">
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {[...groups].map(([group, items]) => (
          <section key={group} aria-label={withMarks(group)}>
            <h3 className="mb-1 text-meta font-normal text-faint">{group}</h3>
            <dl>
              {items.map((command) => (
                <Row key={command.id} label={command.label} shortcuts={[command.shortcut ?? ""]} />
              ))}
            </dl>
          </section>
        ))}
        <section aria-label="Lists">
          <h3 className="mb-1 text-meta font-normal text-faint">Lists</h3>
          <dl>
            {LIST_KEYS.map(([label, shortcuts]) => (
              <Row key={label} label={label} shortcuts={shortcuts} />
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
