import { openApiDocument } from "../../../api/openapi/openapi";
import { route } from "../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({
  GET: () => Response.json(openApiDocument()),
});
