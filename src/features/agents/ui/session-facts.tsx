import { Bot, FileText } from "lucide-react";
import type { ReactNode } from "react";
import { spentWords } from "../../in-run/ui/spent-words";
import type { AgentSession } from "../schema";
import { usageWords } from "./usage-words";

/** The agent of a step, its usage and a link to the full session. `children` shows the session's state. */
export function SessionFacts({ session, children }: { session: AgentSession; children?: ReactNode }) {
  const spent = spentWords(session);
  const usage = spent.length > 0 ? spent : usageWords(session.usage);
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5 text-meta text-muted">
      <span className="flex min-w-0 items-center gap-1.5 text-list text-text">
        <Bot aria-hidden size={14} className="shrink-0 text-faint" />
        <span className="truncate">{session.agent}</span>
      </span>
      {children}
      {usage.map((words) => (
        <span key={words} className="whitespace-nowrap">
          {words}
        </span>
      ))}
      <a
        href={`/api/agent-sessions/${session.id}/transcript`}
        target="_blank"
        rel="noopener"
        className="ml-auto flex items-center gap-1 rounded-inner text-accent-text hover:underline"
      >
        <FileText aria-hidden size={12} />
        Transcript
      </a>
    </div>
  );
}
