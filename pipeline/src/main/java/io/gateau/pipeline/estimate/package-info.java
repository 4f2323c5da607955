/** What a scoring will cost, before it is begun: tokens, floating-point operations and time. */
package io.gateau.pipeline.estimate;
