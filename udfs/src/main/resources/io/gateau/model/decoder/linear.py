
  # ---- Linear layers over plain weights: appended to decoder.py by DecoderProgram, for every dtype and device ----

  # A layer's weights as this program keeps them: unchanged.
  def prepack(self: __torch__.Decoder, weights: Dict[str, Tensor]) -> Dict[str, Tensor]:
    return weights

  # x W^T + b.
  def linear(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor]) -> Tensor:
    if name + "_bias" in weights:
      return torch.linear(x, weights[name], weights[name + "_bias"])
    return torch.linear(x, weights[name])

  # Writes x W^T + b to out; each head is normed if the family has that norm. x (rows, D), out (rows, heads E).
  def linear_out(self: __torch__.Decoder, x: Tensor, name: str, norm: str, weights: Dict[str, Tensor], out: Tensor) -> Tensor:
    torch.mm(x, torch.t(weights[name]), out=out)
    if name + "_bias" in weights:
      out.add_(weights[name + "_bias"])
    if norm in weights:
      by_head = out.reshape([x.size(0), -1, self.head_size])
      by_head.copy_(self.rms_norm(by_head, weights[norm]))
    return out

  # Adds a block's output, inner W^T + b, to the residual stream x (rows, D), after its post norm if the family has one.
  def linear_add_(self: __torch__.Decoder, x: Tensor, inner: Tensor, name: str, post_norm: str, weights: Dict[str, Tensor]) -> Tensor:
    if post_norm in weights:
      return x.add_(self.rms_norm(self.linear(inner, name, weights), weights[post_norm]))
    if name + "_bias" in weights:
      return x.add_(self.linear(inner, name, weights))
    return x.addmm_(inner, torch.t(weights[name]))

  # SwiGLU, or GeGLU with gelu: activation(x W_gate^T) times x W_up^T, (rows, D) -> (rows, F).
  def gate_and_up(self: __torch__.Decoder, x: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    gate = self.linear(x, "gate_proj", weights)
    if self.gelu:
      gate = torch.gelu_(gate, approximate="tanh")
    else:
      gate = torch.silu_(gate)
    return gate.mul_(self.linear(x, "up_proj", weights))
