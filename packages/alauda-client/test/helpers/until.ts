/** Lets what is under way continue until `isSo` holds; a test that waits in vain ends by its own timeout. */
export const until = async (isSo: () => boolean): Promise<void> => {
  do await new Promise((resolve) => setTimeout(resolve, 1))
  while (!isSo())
}
