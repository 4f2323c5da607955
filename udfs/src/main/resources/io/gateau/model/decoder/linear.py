
  # Projections over weights in their usual order: methods of decoder.py for every number type and device.

  # A layer's weights as they are kept.
  def prepack(self: __torch__.Decoder, weights: Dict[str, Tensor]) -> Dict[str, Tensor]:
    return weights

  # x W^T + b.
  def project(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor]) -> Tensor:
    if name + "_bias" in weights:
      return torch.linear(x, weights[name], weights[name + "_bias"])
    return torch.linear(x, weights[name])

  # Writes the projection of x (rows, D) to out, each head normed if the family has that norm.
  def project_to(self: __torch__.Decoder, x: Tensor, name: str, norm: str, weights: Dict[str, Tensor], out: Tensor) -> Tensor:
    torch.mm(x, torch.t(weights[name]), out=out)
    if name + "_bias" in weights:
      out.add_(weights[name + "_bias"])
    if norm in weights:
      each = out.reshape([x.size(0), -1, self.head_size])
      each.copy_(self.norm(each, weights[norm]))
    return out

  # Adds a block's output to the residual stream x (rows, D), in place.
  def add_projected_(self: __torch__.Decoder, x: Tensor, inner: Tensor, name: str, norm: str, weights: Dict[str, Tensor]) -> Tensor:
    if norm in weights:
      return x.add_(self.norm(self.project(inner, name, weights), weights[norm]))
    if name + "_bias" in weights:
      return x.add_(self.project(inner, name, weights))
    return x.addmm_(inner, torch.t(weights[name]))

  # What the last projection of the feed-forward block reads: activation(x W_gate^T) times x W_up^T, (rows, F).
  def gated(self: __torch__.Decoder, x: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    gate = self.project(x, "gate_proj", weights)
    if self.gelu:
      gate = torch.gelu_(gate, approximate="tanh")
    else:
      gate = torch.silu_(gate)
    return gate.mul_(self.project(x, "up_proj", weights))
