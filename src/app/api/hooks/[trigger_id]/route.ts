import { handleHook } from "../../../../api/hooks";
import { route } from "../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"trigger_id">({
  POST: (request, { trigger_id }) => handleHook(request, trigger_id),
});
