import { Bot, FunctionSquare, Hand, type LucideIcon, SquareTerminal } from "lucide-react";
import type { StepKind } from "../../../model/states";

const LOOKS: Record<StepKind, { icon: LucideIcon; label: string }> = {
  script: { icon: SquareTerminal, label: "Script" },
  function: { icon: FunctionSquare, label: "Function" },
  agent: { icon: Bot, label: "Agent" },
  approval: { icon: Hand, label: "Approval" },
};

/** The sign of a step's kind. */
export function StepKindSign({ kind, size = 14 }: { kind: StepKind; size?: number }) {
  const { icon: Icon, label } = LOOKS[kind];
  return <Icon role="img" aria-label={label} size={size} className="shrink-0 text-faint" />;
}
