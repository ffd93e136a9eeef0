export { fileSize } from "../lib/file-size";
