import { route } from "../../../../api/route";
import { handleImport } from "../../../../api/transfer/moving";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ POST: handleImport });
