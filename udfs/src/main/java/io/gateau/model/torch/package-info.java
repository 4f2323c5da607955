/**
 * TorchScript without Python: an archive written by Java, compiled by libtorch, and called with
 * native values that have an owner. It imports DJL's PyTorch engine and, of Gateau, {@code
 * model.djl} alone. Start with {@link io.gateau.model.torch.TorchProgram}.
 */
package io.gateau.model.torch;
