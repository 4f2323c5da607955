/**
 * The decoder: forward passes of packed batches over the weights of a checkpoint, and how much
 * memory they need. It imports DJL's PyTorch engine, {@code model.checkpoint} and {@code
 * model.torch}; it knows nothing of samples, models on disk that are shared, or Spark. Start with
 * {@link io.gateau.model.decoder.Decoder}, then {@link io.gateau.model.decoder.ForwardPass} beside
 * the resource {@code decoder.py}, which it calls method by method.
 */
package io.gateau.model.decoder;
