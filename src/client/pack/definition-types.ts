/** Types to which `phaseboard types` adds a project's own definitions. */
export const DEFINITION_DECLARATIONS = `
declare global {
  /** \`phaseboard types\` writes what stands in it; global, so that the file may lie anywhere. */
  interface PhaseboardDefinitions {}
}

/** A project's definitions by slug, each with its \`args\`, \`step_id\`, \`phase\` and \`output\`. */
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

/** What a completed run of a definition has as its \`output\`; of one that is not known, anything. */
export type OutputOf<D extends DefinitionRef> = D extends DefinitionSlug
  ? Definitions[D] extends { output: infer Output }
    ? Output
    : unknown
  : unknown;

/** Args that must be given unless the definition has a default for each of them. */
export type ArgsGiven<D extends DefinitionRef> = {} extends ArgsOf<D> ? { args?: ArgsOf<D> } : { args: ArgsOf<D> };
`;

type CallType = (input: string, result: string) => string;

const call = (parameter: string, input: string, result: string) =>
  `{
      mutate<${parameter}>(
        input: ${input} & ArgsGiven<D>,
        options?: MutationOptions,
      ): Promise<${result}>;
    }`;

/** Mutations whose args type depends on the named definition. */
export const MUTATIONS_BY_DEFINITION: Record<string, CallType> = {
  "runs.create": (input, result) =>
    call(
      "D extends DefinitionRef",
      `Omit<${input}, "workflow_definition_id" | "args"> & { workflow_definition_id: D }`,
      result,
    ),
  // Its input has only an id, which is no slug, so callers name the definition as a type argument.
  "runs.execute": (input, result) =>
    call("D extends DefinitionRef = string & {}", `Omit<${input}, "args">`, result),
};
