"use client";

import { Avatar } from "../../../components/avatar";
import { cx } from "../../../components/cx";
import { Tooltip } from "../../../components/tooltip";
import { withMarks } from "../../../lib/marks";
import { useOthers } from "./use-presence";

/** More are told as a number. */
const MOST = 3;

/** The others who look at a run now, as avatars; nothing where there are none. */
export function Viewers({
  run_id,
  size = 20,
  className,
}: {
  run_id: string;
  size?: number;
  className?: string;
}) {
  const others = useOthers(run_id);
  if (others.length === 0) return null;
  const words = others.map(({ name, place }) => (place ? `${name}, at ${place}` : name)).join("; ");
  const label = `Here now: ${words}`;
  return (
    <Tooltip label={label}>
      <span role="img" aria-label={withMarks(label)} className={cx("flex shrink-0 items-center", className)}>
        {others.slice(0, MOST).map(({ user_id, name }) => (
          <span key={user_id} className="-ml-1 rounded-full ring-1 ring-done first:ml-0">
            <Avatar name={name} size={size} decorative />
          </span>
        ))}
        {others.length > MOST ? (
          <span className="ml-1 text-meta text-muted">+{others.length - MOST}</span>
        ) : null}
      </span>
    </Tooltip>
  );
}
