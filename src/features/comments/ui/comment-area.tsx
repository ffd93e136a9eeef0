"use client";

import {
  type ComponentProps,
  type KeyboardEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { Avatar } from "../../../components/avatar";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { MarkdownArea } from "./markdown-area";
import { mentionNames, offered, type Person } from "./mention-names";

const NOBODY: readonly Person[] = [];

/** The people whom comments of the open project can name. */
export function usePeople(): readonly Person[] {
  const { id } = useProject();
  const members = trpc.members.list.useQuery({ project_id: id });
  return useMemo(
    () => members.data?.items.map(({ user_id, name }) => ({ id: user_id, name })) ?? NOBODY,
    [members.data],
  );
}

/**
 * The field of a comment. `@` offers the project's members; the value has their ids, the field shows names. `mentions`:
 * whom the text names already.
 */
export function CommentArea({
  value,
  mentions = NOBODY,
  onChange,
  ...props
}: Omit<ComponentProps<typeof MarkdownArea>, "onChange" | "onCaret" | "onKey" | "ref"> & {
  onChange: (value: string) => void;
  ref?: React.RefObject<HTMLTextAreaElement | null>;
  mentions?: readonly Person[];
}) {
  const { id: project_id } = useProject();
  const members = trpc.members.list.useQuery({ project_id });
  const names = useMemo(() => {
    const able = members.data?.items.filter(({ disabled }) => !disabled) ?? [];
    return mentionNames(
      able.map(({ user_id, name, email }) => ({ id: user_id, name, email })),
      mentions,
    );
  }, [members.data, mentions]);
  const typed = names.typed(value);
  const own = useRef<HTMLTextAreaElement>(null);
  const field = props.ref ?? own;
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  /** The `@` for which the list was closed. */
  const [closed, setClosed] = useState<number | null>(null);
  /** Where the caret goes once the chosen name stands there. */
  const goTo = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (goTo.current === null) return;
    field.current?.setSelectionRange(goTo.current, goTo.current);
    goTo.current = null;
  });

  const found = caret === null ? null : offered(names, typed, caret);
  const choice = found && found.from !== closed ? found : null;
  const chosen = choice ? Math.min(at, choice.people.length - 1) : -1;

  const choose = (person: Person | undefined) => {
    if (!choice || !person || caret === null) return;
    const text = `${typed.slice(0, choice.from)}@${person.name} ${typed.slice(caret).replace(/^ /, "")}`;
    goTo.current = choice.from + person.name.length + 2;
    setCaret(null);
    onChange(names.stored(text));
  };
  const onKey = ({ key, metaKey, ctrlKey }: KeyboardEvent) => {
    if (!choice || metaKey || ctrlKey) return false;
    const { length } = choice.people;
    if (key === "ArrowDown") setAt((chosen + 1) % length);
    else if (key === "ArrowUp") setAt((chosen + length - 1) % length);
    else if (key === "Enter" || key === "Tab") choose(choice.people[chosen]);
    else if (key === "Escape") setClosed(choice.from);
    else return false;
    return true;
  };

  return (
    <>
      <MarkdownArea
        {...props}
        ref={field}
        value={typed}
        onChange={(text, place) => {
          setCaret(place);
          setAt(0);
          onChange(names.stored(text));
        }}
        onCaret={(place) => {
          if (place === null) setClosed(null);
          setCaret(place);
        }}
        onKey={onKey}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={choice ? listId : undefined}
        aria-activedescendant={choice ? `${listId}-${chosen}` : undefined}
      />
      {choice && field.current
        ? createPortal(
            <Offer id={listId} of={field.current} people={choice.people} chosen={chosen} onChoose={choose} />,
            document.body,
          )
        : null}
    </>
  );
}

/** Room that the list needs below the field; with less it stands above. */
const HEIGHT = 220;

function Offer({
  id,
  of,
  people,
  chosen,
  onChoose,
}: {
  id: string;
  of: HTMLElement;
  people: Person[];
  chosen: number;
  onChoose: (person: Person) => void;
}) {
  const { left, top, bottom } = of.getBoundingClientRect();
  const above = window.innerHeight - bottom < HEIGHT;
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Who is meant"
      className="floats fixed z-50 max-w-72 min-w-44 p-1"
      style={{ left, ...(above ? { bottom: window.innerHeight - top + 4 } : { top: bottom + 4 }) }}
    >
      {people.map((person, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys
        <div
          key={person.id}
          id={`${id}-${place}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === chosen}
          className={cx(
            "flex min-h-7 cursor-default items-center gap-2 rounded-inner px-2 py-1 text-list pointer-coarse:min-h-9",
            place === chosen && "bg-pressed",
          )}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(person)}
        >
          <Avatar name={person.name} decorative />
          <span className="min-w-0 truncate">{withMarks(person.name)}</span>
        </div>
      ))}
    </div>
  );
}
