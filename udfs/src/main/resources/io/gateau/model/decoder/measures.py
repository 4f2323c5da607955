
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

  # Attention over long distances in the first layer of one sequence: the rows of hidden, (N, D), from first on, T of them,
  # -> (2 H), in float64: for each head the sum of the weights of all pairs whose query stands at least distance tokens
  # behind its key, then for each head the sum of their squares. cos and sin (N, 1, P). Within a row the sums are float32.
  def long_range_attention(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], first: int, tokens: int, distance: int, window: int) -> Tensor:
    x = hidden.slice(0, first, first + tokens)
    c = cos.slice(0, first, first + tokens)
    s = sin.slice(0, first, first + tokens)
    queries = self.project(x, c, s, weights, "q_proj", "q_norm", self.heads)
    keys = self.project(x, c, s, weights, "k_proj", "k_norm", self.kv_heads).to(self.float32).permute([1, 2, 0])
    sums = torch.zeros([self.heads], dtype=self.float64, device=hidden.device)
    squares = torch.zeros([self.heads], dtype=self.float64, device=hidden.device)
    step = self.attention_tile_rows(tokens, tokens, window)
    scores = torch.empty([self.heads * step * min(tokens, self.visible_keys(tokens, window) + step)], dtype=self.float32, device=hidden.device)
    causal_mask = torch.triu(torch.full([step, step], -inf, dtype=self.float32, device=hidden.device), 1)
    row = distance
    while row < tokens:
      end = min(row + step, tokens)
      key = self.first_visible_key(row, window)
      # The keys that are far from the last row of the tile; the rows before it are far from fewer.
      far = end - distance - key
      if far > 0:
        attention = self.attention_weights(queries.slice(0, row, end), keys.slice(2, key, end), row, key, window, causal_mask, scores)
        by_head = attention.reshape([self.heads, end - row, end - key]).slice(2, 0, far)
        near = max(row - distance - key, 0)
        mask = torch.tril(torch.ones([end - row, far - near], dtype=self.float32, device=hidden.device), row - distance - key - near)
        by_head.slice(2, near, far).mul_(mask)
        sums.add_(torch.sum(torch.sum(by_head, [-1]), [-1], False, dtype=self.float64))
        lengths = torch.linalg_vector_norm(by_head, 2, [-1]).to(self.float64)
        squares.add_(torch.sum(torch.mul(lengths, lengths), [-1]))
      row = end
    return torch.cat([sums, squares], 0)

  # Attention norm, projection and rotary embedding, a tile of rows at a time: x (T, D), cos and sin (T, 1, P) ->
  # (T, heads, E).
  def project(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], name: str, norm: str, heads: int) -> Tensor:
    projected = torch.empty([x.size(0), heads * self.head_size], dtype=x.dtype, device=x.device)
    row = 0
    while row < x.size(0):
      end = min(row + self.tile_tokens, x.size(0))
      normed = self.rms_norm(x.slice(0, row, end), weights["attention_norm"])
      self.rotate_(self.linear_out(normed, name, norm, weights, projected.slice(0, row, end)), cos.slice(0, row, end), sin.slice(0, row, end))
      row = end
    return projected.reshape([x.size(0), heads, self.head_size])
