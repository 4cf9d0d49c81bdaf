/**
 * onnxruntime's library reports its use to its maker over the network unless told otherwise before it is
 * loaded; worker threads load it, too, and see this process's environment. A service that looks at faces
 * reports to nobody. To be imported before everything else.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
