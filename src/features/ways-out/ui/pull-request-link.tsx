import { GitPullRequest } from "lucide-react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";

/** Leads to a run's pull request, where it lies. */
export function PullRequestLink({
  pullRequest: { url, number },
  className,
}: {
  pullRequest: { url: string; number: number };
  className?: string;
}) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      title={withMarks(url)}
      className={cx(
        "inline-flex shrink-0 items-center gap-1 rounded-inner tabular-nums hover:text-text hover:underline",
        className,
      )}
    >
      <GitPullRequest aria-hidden size={12} />
      <span className="sr-only">Pull request </span>#{number}
    </a>
  );
}
