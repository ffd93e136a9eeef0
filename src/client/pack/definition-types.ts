/** Types that the project's own definitions fill in, by what `phaseboard types` writes. */
export const DEFINITION_TYPES = `
declare global {
  /** \`phaseboard types\` writes what stands in it; global, so that the file may lie anywhere. */
  interface PhaseboardDefinitions {}
}

/** A project's definitions by slug, each with its \`args\`, \`step_id\` and \`phase\`. */
export interface Definitions extends PhaseboardDefinitions {}

export type DefinitionSlug = keyof Definitions & string;

/** The slug of a definition that is known, or any other slug or id. */
export type DefinitionRef = DefinitionSlug | (string & {});

/** The args of a definition; of one that is not known, any. */
export type ArgsOf<D extends DefinitionRef> = D extends DefinitionSlug
  ? Definitions[D] extends { args: infer Args }
    ? Args
    : Record<string, unknown>
  : Record<string, unknown>;

/** An input whose \`args\` are those of the definition that \`Key\` names. */
export type WithArgsOf<D extends DefinitionRef, Key extends string, Input> = Omit<Input, Key | "args"> & {
  [K in Key]: D;
} & ({} extends ArgsOf<D> ? { args?: ArgsOf<D> } : { args: ArgsOf<D> });
`;

type CallType = (input: string, result: string) => string;

const byDefinition =
  (key: string): CallType =>
  (input, result) =>
    `{
      mutate<D extends DefinitionRef>(
        input: WithArgsOf<D, ${JSON.stringify(key)}, ${input}>,
        options?: MutationOptions,
      ): Promise<${result}>;
    }`;

/** Mutations whose args depend on the definition that they name. */
export const MUTATIONS_BY_DEFINITION: Record<string, CallType> = {
  "runs.create": byDefinition("workflow_definition_id"),
  "runs.execute": byDefinition("id"),
};
