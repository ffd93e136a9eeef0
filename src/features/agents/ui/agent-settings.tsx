"use client";

import { Bot } from "lucide-react";
import { Badge } from "../../../components/badge";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { ProjectAgent, ProjectAgents } from "../schema";

/** How often the page reads the file again while it is open, since people edit it outside of the board. */
const READ_MS = 5_000;

/** The agents in the project's file, and what is wrong with that file. */
export function AgentSettings() {
  const { id } = useProject();
  const query = trpc.agents.list.useQuery({ project_id: id }, { refetchInterval: READ_MS });
  const path = <code className="text-code">{query.data?.path ?? ".agent/agents.yaml"}</code>;
  return (
    <Section
      title="Agents"
      description={<>What steps of the type agent can ask for, as {withMarks(path)} names it.</>}
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={2} label="Loading the agents" />}>
        {(file) =>
          file.faults.length > 0 ? (
            <Faults {...file} />
          ) : file.agents.length === 0 ? (
            <EmptyState icon={Bot} title="No agents yet" className="py-8">
              {file.is_there ? "The file" : `Write the file ${file.path}; it`} names each with its command, as
              in <code className="text-code">{"claude: { command: claude-agent-acp }"}</code>.
            </EmptyState>
          ) : (
            <List label="Agents">
              {file.agents.map((agent) => (
                <AgentRow key={agent.name} agent={agent} />
              ))}
              {file.left_out > 0 ? (
                <ListRow title={<span className="text-muted">and {file.left_out} more</span>} />
              ) : null}
            </List>
          )
        }
      </QueryView>
    </Section>
  );
}

function Faults({ path, faults }: ProjectAgents) {
  return (
    <div role="alert" className="bg-failed/6 px-4 py-2.5">
      <p className="text-pretty text-failed">No agent can be used until this file is mended.</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {faults.map(({ line, column, message }) => (
          <li key={`${line}:${column}:${message}`} className="wrap-anywhere">
            <code className="text-code text-muted">
              {withMarks(path)}:{line}:{column}
            </code>{" "}
            {withMarks(message)}
          </li>
        ))}
      </ul>
    </div>
  );
}

const PERMISSIONS = { ask: "asks people", allow: "may do all", deny: "may do nothing" };

function AgentRow({ agent }: { agent: ProjectAgent }) {
  const { name, command, args, model, mode, mcp_servers, permissions } = agent;
  const facts = [
    ...(model === null ? [] : [`model ${model}`]),
    ...(mode === null ? [] : [`mode ${mode}`]),
    ...(mcp_servers.length === 0 ? [] : [`MCP servers ${mcp_servers.join(", ")}`]),
  ];
  return (
    <ListRow
      className="flex-wrap py-2"
      title={withMarks(name)}
      end={<Badge>{PERMISSIONS[permissions]}</Badge>}
    >
      <div className="order-last min-w-0 basis-full text-meta text-muted">
        <code className="text-code wrap-anywhere">{[command, ...args].join(" ")}</code>
        {facts.length > 0 ? <span className="block text-pretty">{facts.join(" · ")}</span> : null}
      </div>
    </ListRow>
  );
}
