import { handleDocs } from "../../../api/openapi/docs";
import { route } from "../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ GET: handleDocs });
