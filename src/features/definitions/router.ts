import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { checkDefinition } from "./commands/check-definition";
import { createDefinition } from "./commands/create-definition";
import { deleteDefinition } from "./commands/delete-definition";
import { duplicateDefinition } from "./commands/duplicate-definition";
import { enableDefinition } from "./commands/enable-definition";
import { renameDefinition } from "./commands/rename-definition";
import { restoreRevision } from "./commands/restore-revision";
import { setBadge } from "./commands/set-badge";
import { syncDefinitions } from "./commands/sync-definitions";
import { updateDefinition } from "./commands/update-definition";
import { getStatistics } from "./get-statistics";
import { getVocabulary } from "./get-vocabulary";
import { getRevision, listRevisions } from "./list-revisions";
import { getDefinition, getDefinitionBySlug, listDefinitions, listIgnoredFiles } from "./queries";
import {
  BadgeInput,
  CheckDefinitionInput,
  CreateDefinitionInput,
  Definition,
  DefinitionBySlugInput,
  DefinitionCheck,
  DefinitionInput,
  DefinitionListItem,
  DefinitionRevision,
  DefinitionStatistics,
  DeleteDefinitionInput,
  DuplicateDefinitionInput,
  EnableDefinitionInput,
  IgnoredFile,
  ListDefinitionsInput,
  ListIgnoredInput,
  ListRevisionsInput,
  ListTemplatesInput,
  OfferDefinitionInput,
  RenameDefinitionInput,
  RevisionInput,
  RevisionWithSource,
  StatisticsInput,
  SyncDefinitionsInput,
  SyncResult,
  Template,
  TemplateInput,
  TemplateListItem,
  UpdateDefinitionInput,
  Vocabulary,
  VocabularyInput,
} from "./schema";
import { createFromTemplate } from "./templates/create-from-template";
import { getTemplate, listTemplates } from "./templates/list-templates";
import { offerDefinition } from "./templates/offer-definition";

const rest = restOf("definitions");

export const definitionsRouter = router({
  create: procedure
    .meta(
      rest("POST", "/workflows", "Write a definition", {
        description:
          "Writes the text, in YAML or TypeScript, as a file of the project that has the definition's name, and its first revision. A source that is not valid is refused with the line and column of each fault.",
        created: true,
      }),
    )
    .input(CreateDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => createDefinition(ctx, input)),
  list: procedure
    .meta(rest("GET", "/workflows", "Definitions of a project"))
    .input(ListDefinitionsInput)
    .output(pageOf(DefinitionListItem))
    .query(({ ctx, input }) => listDefinitions(ctx, input)),
  get: procedure
    .meta(rest("GET", "/workflows/{id}", "One definition with its source"))
    .input(DefinitionInput)
    .output(Definition)
    .query(({ ctx, input }) => getDefinition(ctx, input)),
  /** For the board's pages, whose addresses contain the slug. */
  getBySlug: procedure
    .input(DefinitionBySlugInput)
    .output(Definition)
    .query(({ ctx, input }) => getDefinitionBySlug(ctx, input)),
  revisions: procedure
    .meta(rest("GET", "/workflows/{id}/revisions", "The revisions of a definition, newest first"))
    .input(ListRevisionsInput)
    .output(pageOf(DefinitionRevision))
    .query(({ ctx, input }) => listRevisions(ctx, input)),
  revision: procedure
    .meta(rest("GET", "/workflows/{id}/revisions/{number}", "One revision of a definition with its source"))
    .input(RevisionInput)
    .output(RevisionWithSource)
    .query(({ ctx, input }) => getRevision(ctx, input)),
  restore: procedure
    .meta(
      rest("POST", "/workflows/{id}/revisions/{number}/restore", "Make an earlier revision the newest", {
        description:
          "Writes its source as the definition's file, and a new revision. One in TypeScript is restored by editing the file.",
      }),
    )
    .input(RevisionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => restoreRevision(ctx, input)),
  rename: procedure
    .meta(
      rest("PATCH", "/workflows/{id}", "Give a definition another name, or its file", {
        description:
          "`name` is written into the file, as a revision; of one in TypeScript it is edited there. With `slug` the file gets that name, and what calls the definition by its old slug finds it no more.",
      }),
    )
    .input(RenameDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => renameDefinition(ctx, input)),
  duplicate: procedure
    .meta(
      rest("POST", "/workflows/{id}/duplicate", "Make a copy of a definition", {
        description:
          "As a file of its own, under another name. Its triggers are off until somebody switches them on.",
        created: true,
      }),
    )
    .input(DuplicateDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => duplicateDefinition(ctx, input)),
  setEnabled: procedure
    .meta(
      rest("PUT", "/workflows/{id}/enabled", "Disable a definition, or enable it again", {
        description:
          "A disabled definition cannot be started and its triggers do not go off. Runs that have started go on and can be retried. Times that its schedules missed are not made up for.",
      }),
    )
    .input(EnableDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => enableDefinition(ctx, input)),
  setBadge: procedure
    .meta(
      rest("PUT", "/workflows/{id}/badge", "Show the status badge to others, or no longer", {
        description:
          "The badge's address then has a key, by which everybody who has it sees the name and the last result, and nothing else. Shown no longer and shown again, it has another key.",
      }),
    )
    .input(BadgeInput)
    .output(Definition)
    .mutation(({ ctx, input }) => setBadge(ctx, input)),
  statistics: procedure
    .meta(
      rest("GET", "/workflows/{id}/statistics", "How a definition's newest runs did", {
        description:
          "Success, durations, and steps that failed and then passed in the same run, each of the newest runs alone.",
      }),
    )
    .input(StatisticsInput)
    .output(DefinitionStatistics)
    .query(({ ctx, input }) => getStatistics(ctx, input)),
  update: procedure
    .meta(
      rest("PUT", "/workflows/{id}", "Write a new revision", {
        description:
          "Replaces the file as a whole. Runs that have started keep the revision they began with. With `base_sha256` it is 409 where somebody else has changed the file since.",
      }),
    )
    .input(UpdateDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => updateDefinition(ctx, input)),
  delete: procedure
    .meta(
      rest("DELETE", "/workflows/{id}", "Delete a definition and its file", {
        description:
          "409 while it has runs, unless `cascade` says that they go too; 409 always while one of them has not ended.",
      }),
    )
    .input(DeleteDefinitionInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteDefinition(ctx, input)),
  check: procedure
    .meta(
      rest("POST", "/projects/{project_id}/workflows/check", "What is wrong with a text", {
        description:
          "Reads a definition that is not saved, as a save would, and gives all faults with their lines. Nothing is written. YAML runs nothing; TypeScript is loaded in a box, as its file would be.",
      }),
    )
    .input(CheckDefinitionInput)
    .output(DefinitionCheck)
    .mutation(({ ctx, input }) => checkDefinition(ctx, input)),
  vocabulary: procedure
    .meta(
      rest("GET", "/projects/{project_id}/workflows/vocabulary", "What an editor completes definitions by", {
        description:
          "JSON Schemas of definitions, what expressions may read, and the names of the project's agents and secrets.",
      }),
    )
    .input(VocabularyInput)
    .output(Vocabulary)
    .query(({ ctx, input }) => getVocabulary(ctx, input)),
  ignored: procedure
    .meta(
      rest(
        "GET",
        "/projects/{project_id}/workflows/ignored",
        "What looks like a definition and is not read",
        {
          description:
            "Files in sub-folders of the folder of definitions, and of other kinds than .yaml, .yml and .ts; each with the reason. At most 100.",
        },
      ),
    )
    .input(ListIgnoredInput)
    .output(z.array(IgnoredFile))
    .query(({ ctx, input }) => listIgnoredFiles(ctx, input)),
  offer: procedure
    .meta(
      rest("PUT", "/workflows/{id}/template", "Offer a definition as a template, or no longer", {
        description: "Writes `is_template` into its file, as a revision.",
      }),
    )
    .input(OfferDefinitionInput)
    .output(Definition)
    .mutation(({ ctx, input }) => offerDefinition(ctx, input)),
  templates: procedure
    .meta(
      rest("GET", "/projects/{project_id}/templates", "What a definition can be made from", {
        description:
          "Those that Phaseboard ships, and the definitions that one's projects offer as templates.",
      }),
    )
    .input(ListTemplatesInput)
    .output(pageOf(TemplateListItem))
    .query(({ ctx, input }) => listTemplates(ctx, input)),
  template: procedure
    .meta(rest("GET", "/projects/{project_id}/templates/{id}", "One template with its source"))
    .input(TemplateInput)
    .output(Template)
    .query(({ ctx, input }) => getTemplate(ctx, input)),
  createFromTemplate: procedure
    .meta(
      rest("POST", "/projects/{project_id}/templates/{id}", "Make a definition from a template", {
        created: true,
      }),
    )
    .input(TemplateInput)
    .output(Definition)
    .mutation(({ ctx, input }) => createFromTemplate(ctx, input)),
  sync: procedure
    .meta(
      rest("POST", "/projects/{project_id}/workflows/sync", "Read the folder anew", {
        description:
          "Changes of files are read by themselves; this does not wait for that. A file that is broken shows as `invalid` with its faults.",
      }),
    )
    .input(SyncDefinitionsInput)
    .output(SyncResult)
    .mutation(({ ctx, input }) => syncDefinitions(ctx, input)),
});
