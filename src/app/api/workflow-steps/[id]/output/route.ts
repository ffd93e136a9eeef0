import { handleStepOutput } from "../../../../../api/outputs";
import { route } from "../../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleStepOutput(request, id),
});
