const net = process.getBuiltinModule("node:net");

/*
 * A door into a network namespace: runs in it and listens on a socket of the file system, which belongs to none. Who comes in says "HOST PORT"
 * in a line, hears "open" or the system's error, and has the connection from there on. It ends with whoever started it.
 */
const server = net.createServer({ allowHalfOpen: true }, (caller) => {
  caller.on("error", () => undefined);
  caller.once("data", (line) => {
    caller.pause();
    const [host, port] = line.toString().trim().split(" ");
    const inside = net.connect({ host, port: Number(port), allowHalfOpen: true });
    let open = false;
    inside.once("connect", () => {
      open = true;
      inside.setNoDelay(true);
      caller.write("open\n");
      caller.pipe(inside);
      inside.pipe(caller);
    });
    inside.on("error", (error) => (open ? caller.destroy() : caller.end(`${error.message}\n`)));
    caller.once("close", () => inside.destroy());
  });
});
server.listen(process.argv[2], () => process.stdout.write("open\n"));
process.stdin.on("end", () => process.exit()).resume();
