/**
 * Loaded before all workflow code. The SDK (1.24) looks up where each promise was made, frame by frame through the source
 * map: with the usual ten frames that is half of what the workflow thread does. One still tells where an error is from.
 */
Error.stackTraceLimit = 1;
