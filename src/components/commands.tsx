"use client";

import dynamic from "next/dynamic";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Command, shownCommand } from "./command";
import { usePopups } from "./popups";
import { belongsElsewhere, matchShortcut } from "./shortcut";
import { useEver } from "./use-ever";

const CommandPalette = dynamic(() => import("./command-palette").then((part) => part.CommandPalette));
const ShortcutsDialog = dynamic(() => import("./shortcuts-dialog").then((part) => part.ShortcutsDialog));

interface Registry {
  register: (owner: string, commands: Command[]) => void;
  unregister: (owner: string) => void;
  openPalette: () => void;
  openShortcuts: () => void;
}

const RegistryContext = createContext<Registry | null>(null);
const QueryContext = createContext("");

function useRegistry(): Registry {
  const registry = useContext(RegistryContext);
  if (!registry) throw new Error("commands are used outside of CommandsProvider");
  return registry;
}

/** Time within which the second key of a sequence such as G B must follow. */
const SEQUENCE_MS = 1200;

/**
 * Collects the page's commands, listens for their shortcuts, and shows the palette and the list of shortcuts.
 */
export function CommandsProvider({ children }: { children: ReactNode }) {
  // A key finds what is registered at once; what is shown of it may come a moment later.
  const registered = useRef<ReadonlyMap<string, Command[]>>(new Map());
  const [owned, setOwned] = useState(registered.current);
  const [palette, setPalette] = useState(false);
  const [query, setQuery] = useState("");
  const [shortcuts, setShortcuts] = useState(false);

  const registry = useMemo<Registry>(() => {
    const change = (edit: (owned: Map<string, Command[]>) => void) => {
      const after = new Map(registered.current);
      edit(after);
      registered.current = after;
      setOwned(after);
    };
    return {
      register: (owner, commands) => change((after) => after.set(owner, commands.map(shownCommand))),
      unregister: (owner) => change((after) => after.delete(owner)),
      openPalette: () => setPalette(true),
      openShortcuts: () => setShortcuts(true),
    };
  }, []);

  const own = useMemo<Command[]>(
    () => [
      {
        id: "commands.palette",
        label: "Search commands",
        group: "Everywhere",
        shortcut: "mod+k",
        keysOnly: true,
        run: registry.openPalette,
      },
      {
        id: "commands.shortcuts",
        label: "List of keys",
        group: "Everywhere",
        shortcut: "?",
        keywords: "shortcuts keyboard help",
        run: registry.openShortcuts,
      },
    ],
    [registry],
  );
  const commands = useMemo(() => allOf(own, owned), [own, owned]);
  const find = useCallback(() => allOf(own, registered.current), [own]);

  useShortcuts(find, palette || shortcuts);
  const withPalette = useEver(palette);
  const hasInput = usePopups() !== undefined;
  // So that it is there when it is opened, with what is typed into it at once.
  useEffect(() => {
    if (hasInput) import("./command-palette").catch(() => {});
  }, [hasInput]);
  const withShortcuts = useEver(shortcuts);

  return (
    <RegistryContext value={registry}>
      <QueryContext value={query}>{children}</QueryContext>
      {withPalette ? (
        <CommandPalette
          open={palette}
          onOpenChange={(open) => {
            setPalette(open);
            setQuery("");
          }}
          query={query}
          onQuery={setQuery}
          commands={commands}
        />
      ) : null}
      {withShortcuts ? (
        <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} commands={commands} />
      ) : null}
    </RegistryContext>
  );
}

/** If two commands have the same shortcut, the one registered last wins. */
const allOf = (own: Command[], owned: ReadonlyMap<string, Command[]>) => [
  ...own,
  ...[...owned.values()].flat(),
];

function useShortcuts(commands: () => Command[], off: boolean) {
  useEffect(() => {
    if (off) return;
    let presses: KeyboardEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reset = () => {
      presses = [];
      clearTimeout(timer);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || ["Shift", "Control", "Meta", "Alt"].includes(event.key))
        return;
      const mod = event.metaKey || event.ctrlKey;
      if (!mod && belongsElsewhere(event.target)) return reset();
      const ranked = commands().toReversed();
      const find = (tried: KeyboardEvent[], wanted: "all" | "start") =>
        ranked.find((command) => command.shortcut && matchShortcut(command.shortcut, tried) === wanted);
      // A key that does not continue the sequence may start a new one.
      if (!find([...presses, event], "all") && !find([...presses, event], "start")) reset();
      presses = [...presses, event];
      const command = find(presses, "all");
      if (command) {
        event.preventDefault();
        reset();
        command.run();
      } else if (find(presses, "start")) {
        clearTimeout(timer);
        timer = setTimeout(reset, SEQUENCE_MS);
      } else reset();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      reset();
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [off, commands]);
}

/**
 * Registers commands while the caller is on screen. `run` may change with every render; only a change of what
 * is shown (id, label, keys) registers them again.
 */
export function useCommands(commands: Command[]): void {
  const { register, unregister } = useRegistry();
  const owner = useId();
  const latest = useRef(commands);
  latest.current = commands;
  const shown = JSON.stringify(commands, ["id", "label", "group", "shortcut", "keywords", "keysOnly"]);
  const runLatest = useCallback(
    (id: string) => latest.current.find((command) => command.id === id)?.run(),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for what of `latest` is shown
  useEffect(() => {
    register(
      owner,
      latest.current.map((command) => ({ ...command, run: () => runLatest(command.id) })),
    );
  }, [register, runLatest, owner, shown]);
  useEffect(() => () => unregister(owner), [unregister, owner]);
}

/** Functions that open the palette or the list of shortcuts. */
export function useCommandDialogs(): Pick<Registry, "openPalette" | "openShortcuts"> {
  return useRegistry();
}

/** The text typed into the palette, "" while it is closed; pages offer what they find by it as commands. */
export function usePaletteQuery(): string {
  return useContext(QueryContext).trim();
}
