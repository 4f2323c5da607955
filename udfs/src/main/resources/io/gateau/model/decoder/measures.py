
  # ---- Measures: appended to decoder.py by DecoderProgram. Only passes that are asked for one call these methods. ----

  # The mean of some rows after the final norm, in float64, a tile of rows at a time: hidden (M, D) -> (D).
  def mean_hidden_state(self: __torch__.Decoder, hidden: Tensor, first: int, rows: int, weights: Dict[str, Tensor]) -> Tensor:
    sums = torch.zeros([hidden.size(1)], dtype=self.float64, device=hidden.device)
    row = first
    while row < first + rows:
      end = min(row + self.tile_tokens, first + rows)
      sums.add_(torch.sum(self.rms_norm(hidden.slice(0, row, end), weights["norm"]), [0], False, dtype=self.float64))
      row = end
    return sums.div_(rows)
