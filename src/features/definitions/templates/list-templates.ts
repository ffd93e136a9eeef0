import { and, asc, eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller, membership } from "../../../auth/scope";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { projects } from "../../../db/schema/projects";
import { projectRoles } from "../../../db/schema/roles";
import { AppError } from "../../../lib/errors";
import { firstOf } from "../../../lib/page";
import { readDefinitionFile } from "../files";
import type { Template, TemplateInput, TemplateListItem } from "../schema";
import { listShipped } from "./shipped-templates";
import { asTemplate } from "./template-flag";

/** The most templates that are listed. */
const MOST = 200;

/** The templates for a project: those Phaseboard ships, and those offered by the caller's projects. */
export async function listTemplates(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<{ items: TemplateListItem[]; next_cursor: null }> {
  await authorizeProject(caller, project_id, "project:read");
  const [shipped, offered] = await Promise.all([listShipped(), selectOffered(caller)]);
  // Shipped templates are few and are always listed.
  const own = firstOf(offered.map(({ path: _, folder: __, ...item }) => item));
  return { items: [...own, ...shipped.map(withoutSource)], next_cursor: null };
}

/** A template with its source. Throws NOT_FOUND. */
export async function getTemplate(caller: Caller, { project_id, id }: TemplateInput): Promise<Template> {
  await authorizeProject(caller, project_id, "project:read");
  const shipped = (await listShipped()).find((template) => template.id === id);
  if (shipped) return shipped;
  const [offered] = await selectOffered(caller, id);
  if (!offered) throw new AppError("NOT_FOUND", "There is no such template.");
  const { path, folder, ...item } = offered;
  const content = await readDefinitionFile(folder, path);
  if (!content || "refused" in content) {
    throw new AppError("NOT_FOUND", `The template's file ${path} is not there any more.`);
  }
  return { ...item, source: item.type === "yaml" ? asTemplate(content.source, false) : content.source };
}

const withoutSource = ({ source: _, ...item }: Template): TemplateListItem => item;

/** Definitions offered as templates in projects of which the caller is a member. */
function selectOffered({ db, actor }: Caller, id?: string) {
  return db
    .select({
      id: workflowDefinitions.id,
      slug: workflowDefinitions.slug,
      type: workflowDefinitions.type,
      name: workflowDefinitions.name,
      description: workflowDefinitions.description,
      phases: workflowDefinitions.phases,
      project: { id: projects.id, name: projects.name, slug: projects.slug },
      path: workflowDefinitions.path,
      folder: projects.path,
    })
    .from(workflowDefinitions)
    .innerJoin(projects, eq(projects.id, workflowDefinitions.project_id))
    .innerJoin(projectRoles, membership(actor, projects.id))
    .where(
      and(
        eq(workflowDefinitions.is_template, true),
        eq(workflowDefinitions.status, "active"),
        id === undefined ? undefined : eq(workflowDefinitions.id, id),
      ),
    )
    .orderBy(asc(sql`lower(${workflowDefinitions.name})`), asc(workflowDefinitions.id))
    .limit(MOST);
}
