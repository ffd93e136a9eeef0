import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { AgentSettings } from "../../../../../../features/agents/ui/agent-settings";

export const metadata: Metadata = { title: "Agents · Settings" };

export default function AgentsPage() {
  return (
    <Sections>
      <h1 className="sr-only">Agents settings</h1>
      <AgentSettings />
    </Sections>
  );
}
