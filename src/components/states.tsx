import { CircleAlert, Lock, type LucideIcon, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { withMarks } from "../lib/marks";
import { Button } from "./button";
import { cx } from "./cx";

interface Place {
  /** It is the whole page, so its title is the page's heading. */
  page?: boolean;
  className?: string;
}

/** For a region without data: explains in one sentence and offers an action. */
export function EmptyState({
  icon: Icon,
  title,
  tone = "text-faint",
  className,
  role,
  page = false,
  children,
  action,
}: Place & {
  icon: LucideIcon;
  title: string;
  tone?: "text-faint" | "text-failed";
  role?: "alert";
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Title = page ? "h1" : "p";
  return (
    <div
      role={role}
      className={cx("flex flex-col items-center justify-center gap-3 px-4 py-12 text-center", className)}
    >
      <Icon aria-hidden size={20} className={tone} />
      <div className="flex max-w-100 flex-col gap-1">
        <Title className="text-prose font-medium text-text">{withMarks(title)}</Title>
        {children ? <div className="text-list text-pretty wrap-anywhere text-muted">{children}</div> : null}
      </div>
      {action ? <div className="flex flex-wrap items-center justify-center gap-2">{action}</div> : null}
    </div>
  );
}

/** For a failure: says what happened and what to do next. */
export function ErrorState({
  title = "This could not be loaded",
  message,
  onRetry,
  retrying,
  ...place
}: Place & {
  title?: string;
  message: string;
  onRetry?: () => void;
  retrying?: boolean;
}) {
  return (
    <EmptyState
      icon={CircleAlert}
      tone="text-failed"
      title={title}
      role="alert"
      {...place}
      action={
        onRetry ? (
          <Button onClick={onRetry} busy={retrying}>
            Try again
          </Button>
        ) : null
      }
    >
      {withMarks(message)}
    </EmptyState>
  );
}

/** For missing rights: says who could grant them. */
export function ForbiddenState({
  title = "You cannot open this",
  message,
  ...place
}: Place & { title?: string; message: ReactNode }) {
  return (
    <EmptyState icon={Lock} title={title} {...place}>
      {withMarks(message)}
    </EmptyState>
  );
}

export function NotFoundState({
  title,
  message,
  ...place
}: Place & { title: string; message: ReactNode; action?: ReactNode }) {
  return (
    <EmptyState icon={SearchX} title={title} {...place}>
      {withMarks(message)}
    </EmptyState>
  );
}
