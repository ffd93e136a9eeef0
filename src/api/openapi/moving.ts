import { body, inPath, json, objectOf, refusals } from "./parts";
import { project } from "./rows";
import { signedIn } from "./streams";

const ARCHIVE = body("application/gzip", { type: "string", format: "binary" });
const NAMES = { type: "array", items: { type: "string" } };

const IMPORTED = objectOf({
  project: { $ref: "#/components/schemas/Project" },
  slug_before: {
    type: "string",
    description: "The name in addresses that it had; where another project has it here, the new one differs.",
  },
  people_found: {
    type: "integer",
    description: "People of the archive who have an account here, by e-mail.",
  },
  people_kept_as_names: {
    ...NAMES,
    description: "Those who have none: what they did keeps their name, and nobody can sign in as them.",
  },
  secrets_to_set: {
    ...NAMES,
    description: "Names of secrets that the project had; an archive holds no values.",
  },
  webhooks_to_sign: { type: "integer", description: "Webhooks that need a new signing secret." },
});

const EXAMPLE = {
  data: {
    project: { ...project, role: "owner" },
    slug_before: project.slug,
    people_found: 3,
    people_kept_as_names: ["Grace Hopper"],
    secrets_to_set: ["NPM_TOKEN"],
    webhooks_to_sign: 1,
  },
};

/** The routes by which a project leaves an installation and comes into another. */
export function movingPaths(): Record<string, object> {
  return {
    "/projects/{id}/export": {
      get: signedIn({
        operationId: "projects-export",
        tags: ["projects"],
        summary: "Take a project along: its history and files, as one archive",
        description:
          "A tar in gzip: a line of JSON for each row, and the project's folder byte for byte. Values of secrets are not in it, nor links that lead out of the folder. An archive that was broken off lacks its end and is refused by an import. For owners.",
        parameters: [inPath("id", "The project's id.")],
        responses: {
          200: { description: "The archive, as it is read", content: ARCHIVE },
          ...refusals(409, 429),
        },
      }),
    },
    "/projects/import": {
      post: signedIn({
        operationId: "projects-import",
        tags: ["projects"],
        summary: "Make a project of an archive that an export gave",
        description:
          "Ids stay, so a project can be in an installation once. People are found by their e-mail; of others the name stays. The caller becomes an owner, and answers for the schedules and webhooks that are on. Runs under way go on here. An archive that is broken, or reaches out of the project, is refused, and nothing of it stays. For who may make projects.",
        requestBody: {
          required: true,
          content: body("multipart/form-data", {
            type: "object",
            additionalProperties: false,
            required: ["file"],
            properties: { file: { type: "string", format: "binary" } },
          }),
        },
        responses: {
          201: { description: "Made", content: json(objectOf({ data: IMPORTED }), EXAMPLE) },
          ...refusals(409, 413, 507),
        },
      }),
    },
  };
}
