/**
 * Training of small decoders: the homologous pair that comes with this program, and fine-tuning on
 * selected samples. It imports {@code planted} for the data, {@code model} and its packages for the
 * decoder, and {@code score} for the prompt of a sample; it knows no Spark. Start with {@link
 * io.gateau.train.TrainPair}, then {@code DecoderTrainer} beside the resource {@code trainer.py},
 * which has the loss and the optimiser.
 */
package io.gateau.train;
