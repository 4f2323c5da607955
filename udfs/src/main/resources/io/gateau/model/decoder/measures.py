
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

  # Attention between spans in one layer of one sequence: the rows of hidden, (N, D), from first on, T of them. starts: where
  # the spans that ask begin. Returns, in float64, for each of them what the spans that begin stride, 2 stride, ... before it
  # get, but for those that begin before position span: the sum over the rows of the one and the keys of the other, the mean
  # over heads. The softmax is over the keys before the span that asks. cos and sin (N, 1, P).
  def span_attention(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], first: int, tokens: int, starts: List[int], span: int, stride: int, window: int) -> Tensor:
    x = hidden.slice(0, first, first + tokens)
    c = cos.slice(0, first, first + tokens)
    s = sin.slice(0, first, first + tokens)
    keys = self.project(x, c, s, weights, "k_proj", "k_norm", self.kv_heads).to(self.float32).permute([1, 2, 0])
    step = self.attention_tile_rows(span, tokens, window)
    scores = torch.empty([self.heads * step * min(tokens, self.visible_keys(tokens, window) + step)], dtype=self.float32, device=hidden.device)
    focus = annotate(List[Tensor], [])
    for start in starts:
      end = start + span
      queries = self.project(x.slice(0, start, end), c.slice(0, start, end), s.slice(0, start, end), weights, "q_proj", "q_norm", self.heads)
      if window > 0:
        # Later rows see no key before the span.
        end = min(end, start + window - 1)
      received = torch.zeros([start], dtype=self.float64, device=hidden.device)
      row = start
      while row < end:
        tile_end = min(row + step, end)
        key = self.first_visible_key(row, window)
        attention = self.weights_before(queries.slice(0, row - start, tile_end - start), keys.slice(2, key, start), row, key, window, scores)
        ones = torch.ones([attention.size(0) * attention.size(1)], dtype=self.float32, device=hidden.device)
        received.slice(0, key, start).add_(torch.mv(torch.t(attention.reshape([-1, start - key])), ones))
        row = tile_end
      distance = stride
      while start - distance >= span:
        focus.append(torch.sum(received.slice(0, start - distance, start - distance + span)))
        distance = distance + stride
    return torch.div(torch.stack(focus), self.heads)

  # Softmax attention weights over keys that all stand before the rows, written over scores, in float32: q (R, H, E), k
  # (G, E, K) -> (G, H / G R, K). Row i stands at position row + i and key j at position key + j; every row sees a key.
  def weights_before(self: __torch__.Decoder, q: Tensor, k: Tensor, row: int, key: int, window: int, scores: Tensor) -> Tensor:
    rows = q.size(0)
    keys = k.size(2)
    s = scores.slice(0, 0, self.heads * rows * keys).reshape([self.kv_heads, -1, keys])
    queries = q.to(self.float32).transpose(0, 1).reshape([self.kv_heads, -1, self.head_size])
    torch.baddbmm(s, queries, k, beta=0, alpha=self.attention_scale, out=s)
    if window > 0:
      hidden_keys = torch.tril(torch.full([rows, keys], -inf, dtype=self.float32, device=q.device), row - window - key)
      s.reshape([-1, rows, keys]).add_(hidden_keys)
    torch._softmax(s, -1, False, out=s)
    return s
