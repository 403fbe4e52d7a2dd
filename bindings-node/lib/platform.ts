/** The name of the native file of this platform: `cspm.linux-x64-gnu.node`. */
export function nativeFile(): string {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return `cspm.${name}.node`;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return `cspm.${name}-${header.glibcVersionRuntime === undefined ? "musl" : "gnu"}.node`;
}
