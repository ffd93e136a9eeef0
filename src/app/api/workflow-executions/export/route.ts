import { route } from "../../../../api/route";
import { handleRunsExport } from "../../../../api/streams/runs-export";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({ GET: handleRunsExport });
