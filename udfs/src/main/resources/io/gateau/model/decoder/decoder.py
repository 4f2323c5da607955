# The decoder in TorchScript. Java writes this file into an archive that libtorch compiles (TorchProgram); the archive
# holds no weights and needs no Python. Java calls, for each packed batch: rotary_tables, embed, layer for every layer in
# order, then negative_log_likelihood or most_likely (ForwardPass).
#
# Model families differ in the attributes below and in which weights are there. A projection has a bias if its weights
# hold one; the norms of heads and the post norms are computed if their weights are there. The methods linear_out,
# linear_add_, gate_and_up and prepack stand in linear.py or in prepacked_linear.py; one of the two follows this file and
# measures.py, which holds what only some passes compute.
#
# A batch is packed: the tokens of all its sequences stand one behind the other, without padding. It consists of sequence
# groups, each of several sequences of one length. Linear layers see all tokens; attention sees one group at a time.
#
# A method whose name ends in _ changes its first tensor in place; so do layer and fill_weight.
#
# Shapes:
#   N tokens of the batch            M output rows: the rows that the last layer computes     L rows with logits
#   S sequence groups                B sequences of one group     T tokens of a sequence      R query rows of a sequence
#   D hidden size                    F feed-forward size          V vocabulary size           P rotated pairs of a head
#   H query heads                    G key/value heads            E head size                 K keys of a tile

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The model.
  heads : int
  kv_heads : int
  head_size : int
  norm_eps : float
  norm_adds_one : bool
  gelu : bool
  embedding_scale : float
  attention_scale : float

  # Tile sizes: speed and memory only (TileSizes).
  tile_tokens : int
  tile_attention_weights : int
  min_tile_rows : int
  row_attention_tokens : int
  tile_logits_rows : int
  tile_logits : int

  # Dtypes: PyTorch's numbers for them, which is how TorchScript writes them.
  float32 : int
  float64 : int
  boolean : int

  # ---- From tokens to hidden states ----

  # Token ids (N) -> hidden states (N, D).
  def embed(self: __torch__.Decoder, tokens: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(weights["embed_tokens"], tokens)
    if self.embedding_scale != 1.:
      x = torch.mul(x, torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device))
    return x

  # Cosines and sines, each (N, 1, P), of every position in its sequence times the frequencies of its group, (S, P) in
  # float64. Both are multiplied by factor.
  def rotary_tables(self: __torch__.Decoder, frequencies: Tensor, sequences: List[int], lengths: List[int], factor: float) -> Tuple[Tensor, Tensor]:
    cosines = annotate(List[Tensor], [])
    sines = annotate(List[Tensor], [])
    i = 0
    while i < len(sequences):
      positions = torch.arange(lengths[i], dtype=self.float64, device=frequencies.device).reshape([-1, 1, 1])
      angles = torch.mul(positions, frequencies.select(0, i))
      cosines.append(torch.mul(torch.cos(angles), factor).to(self.float32).repeat([sequences[i], 1, 1]))
      sines.append(torch.mul(torch.sin(angles), factor).to(self.float32).repeat([sequences[i], 1, 1]))
      i = i + 1
    return (torch.cat(cosines, 0), torch.cat(sines, 0))

  # One decoder layer: hidden states (N, D) -> the same tensor, changed in place.
  #
  # The last layer gets output_indices, int64 (M): it computes queries, attention and feed-forward of these rows only and
  # returns them, (M, D). They are the last output_rows[i] rows of every sequence of group i. Every other layer gets no
  # indices, (0), and output_rows = lengths.
  #
  # Returned beside the hidden states: for each group with attention_rows[i] > 0, (T), the attention that every key
  # receives from the last attention_rows[i] rows of each sequence, summed over rows and over heads times head_mask
  # (S, H, 1); the groups one behind the other, in float64.
  #
  # cos and sin (N, 1, P); window: keys that a query sees, its own included; 0: all before it.
  def layer(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], sequences: List[int], lengths: List[int], output_rows: List[int], output_indices: Tensor, attention_rows: List[int], head_mask: Tensor, window: int) -> Tuple[Tensor, Tensor]:
    last = output_indices.size(0) > 0
    x = hidden
    if last:
      x = torch.index_select(hidden, 0, output_indices)
    k = torch.empty([hidden.size(0), self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    v = torch.empty([hidden.size(0), self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    q = torch.empty([x.size(0), self.heads * self.head_size], dtype=x.dtype, device=x.device)
    if last:
      self.project_qkv(hidden, cos, sin, weights, torch.empty([0], dtype=x.dtype, device=x.device), k, v)
      self.project_q(x, cos, sin, weights, output_indices, q)
    else:
      self.project_qkv(hidden, cos, sin, weights, q, k, v)
    key_attention = self.attention_(q, k, v, sequences, lengths, output_rows, attention_rows, head_mask, window)
    self.output_and_feed_forward_(x, q, weights)
    return (x, key_attention)

  # ---- One layer, in its order ----

  # Attention norm, projections and rotary embedding, a tile of tokens at a time: hidden (N, D) -> q (N, H E), k and v
  # (N, G E), written to these tensors. With an empty q, keys and values only.
  def project_qkv(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    row = 0
    while row < hidden.size(0):
      end = min(row + self.tile_tokens, hidden.size(0))
      c = cos.slice(0, row, end)
      s = sin.slice(0, row, end)
      normed = self.rms_norm(hidden.slice(0, row, end), weights["attention_norm"])
      self.rotate_(self.linear_out(normed, "k_proj", "k_norm", weights, k.slice(0, row, end)), c, s)
      self.linear_out(normed, "v_proj", "", weights, v.slice(0, row, end))
      if q.size(0) > 0:
        self.rotate_(self.linear_out(normed, "q_proj", "q_norm", weights, q.slice(0, row, end)), c, s)
      row = end
    return k

  # Attention norm, projection and rotary embedding of the queries of some rows of the batch: x (M, D), indices (M) -> q
  # (M, H E), written to that tensor.
  def project_q(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], indices: Tensor, q: Tensor) -> Tensor:
    row = 0
    while row < x.size(0):
      end = min(row + self.tile_tokens, x.size(0))
      c = torch.index_select(cos, 0, indices.slice(0, row, end))
      s = torch.index_select(sin, 0, indices.slice(0, row, end))
      normed = self.rms_norm(x.slice(0, row, end), weights["attention_norm"])
      self.rotate_(self.linear_out(normed, "q_proj", "q_norm", weights, q.slice(0, row, end)), c, s)
      row = end
    return q

  # Attention of every group; its output is written over the queries q (M or N, H E). Returns the attention that keys
  # receive, as layer does.
  def attention_(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, sequences: List[int], lengths: List[int], output_rows: List[int], attention_rows: List[int], head_mask: Tensor, window: int) -> Tensor:
    key_attention = annotate(List[Tensor], [])
    token = 0
    row = 0
    i = 0
    while i < len(sequences):
      next_token = token + sequences[i] * lengths[i]
      next_row = row + sequences[i] * output_rows[i]
      queries = q.slice(0, row, next_row).reshape([sequences[i], output_rows[i], self.heads, self.head_size])
      keys = k.slice(0, token, next_token).reshape([sequences[i], lengths[i], self.kv_heads, self.head_size])
      values = v.slice(0, token, next_token).reshape([sequences[i], lengths[i], self.kv_heads, self.head_size])
      key_attention.append(self.group_attention_(queries, keys, values, window, attention_rows[i], head_mask.select(0, i)))
      token = next_token
      row = next_row
      i = i + 1
    return torch.cat(key_attention, 0)

  # Output projection of the attention, then feed-forward norm, gate, up and down projection, each added to the residual
  # stream x (rows, D) in place, a tile of rows at a time; attention (rows, H E).
  def output_and_feed_forward_(self: __torch__.Decoder, x: Tensor, attention: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    row = 0
    while row < x.size(0):
      end = min(row + self.tile_tokens, x.size(0))
      tile = x.slice(0, row, end)
      self.linear_add_(tile, attention.slice(0, row, end), "o_proj", "attention_output_norm", weights)
      inner = self.gate_and_up(self.rms_norm(tile, weights["feed_forward_norm"]), weights)
      self.linear_add_(tile, inner, "down_proj", "feed_forward_output_norm", weights)
      row = end
    return x

  # ---- From hidden states to losses ----

  # Negative log-likelihood of each target, in float64: hidden (M, D), the rows of it that predict, (L), and the token
  # that follows each, (L) -> (L).
  def negative_log_likelihood(self: __torch__.Decoder, hidden: Tensor, rows: Tensor, targets: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    lm_head = weights["lm_head"]
    losses = annotate(List[Tensor], [])
    row = 0
    while row < rows.size(0):
      end = min(row + self.tile_logits_rows, rows.size(0))
      normed = self.rms_norm(torch.index_select(hidden, 0, rows.slice(0, row, end)), weights["norm"])
      # The logit of the target is rounded as the others are, so that no token is likelier than certain.
      target_weights = torch.index_select(lm_head, 0, targets.slice(0, row, end))
      target_logit = torch.sum(torch.mul(normed.to(self.float32), target_weights.to(self.float32)), [-1], False, dtype=self.float64).to(normed.dtype)
      normaliser = self.log_sum_exp(normed, lm_head, False)
      # Below e^-60 or at infinity the sums have lost digits; they are computed again with the maximum subtracted.
      if not bool(torch.all(torch.logical_and(torch.isfinite(normaliser), torch.gt(normaliser, -60)))):
        normaliser = self.log_sum_exp(normed, lm_head, True)
      losses.append(torch.sub(normaliser, target_logit))
      row = end
    return torch.cat(losses, 0)

  # The logarithm of the sum of the exponentials of each row's logits, in float64: x (R, D), normed, lm_head (V, D) -> (R).
  # Logits are formed for a tile of the vocabulary at a time; each tile overwrites the one before. subtract_max: whether
  # the maximum is subtracted first, which takes twice as long and is needed only where float32 does not hold the
  # exponentials.
  def log_sum_exp(self: __torch__.Decoder, x: Tensor, lm_head: Tensor, subtract_max: bool) -> Tensor:
    step = min(max(self.tile_logits // x.size(0), 64), lm_head.size(0))
    computed = torch.empty([x.size(0) * step], dtype=x.dtype, device=x.device)
    in_float32 = computed
    if x.dtype != self.float32:
      in_float32 = torch.empty([x.size(0) * step], dtype=self.float32, device=x.device)
    maxima = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    token = 0
    while token < lm_head.size(0):
      tile = lm_head.slice(0, token, token + step)
      shape = [x.size(0), tile.size(0)]
      logits = computed.slice(0, 0, x.size(0) * tile.size(0)).reshape(shape)
      torch.mm(x, torch.t(tile), out=logits)
      if x.dtype != self.float32:
        logits = in_float32.slice(0, 0, x.size(0) * tile.size(0)).reshape(shape).copy_(logits)
      if subtract_max:
        maximum = torch.amax(logits, [-1], True)
        maxima.append(maximum)
        logits.sub_(maximum)
      sums.append(torch.sum(torch.exp_(logits), [-1], True))
      token = token + step
    tile_log_sums = torch.log(torch.cat(sums, 1).to(self.float64))
    if subtract_max:
      tile_log_sums.add_(torch.cat(maxima, 1))
    return torch.logsumexp(tile_log_sums, [1])

  # The most likely next token of each row: (M, D) -> (M).
  def most_likely(self: __torch__.Decoder, hidden: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    return torch.argmax(torch.linear(self.rms_norm(hidden, weights["norm"]), weights["lm_head"]), -1)

  # ---- Norm and rotary embedding ----

  # RMSNorm over the last dimension, in float32.
  def rms_norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    x32 = x.to(self.float32)
    length = torch.linalg_vector_norm(x32, 2, [-1], True)
    scale = torch.rsqrt_(torch.add_(torch.div_(torch.mul_(length, length), x.size(-1)), self.norm_eps))
    if self.norm_adds_one:
      return torch.mul(x32, scale).mul_(torch.add(weight.to(self.float32), 1)).to(x.dtype)
    if x.dtype == self.float32:
      return torch.mul(x32, scale).mul_(weight)
    return torch.mul_(x32, scale).to(x.dtype).mul_(weight)

  # Rotates the first 2P numbers of each head as two halves: (a, b) -> (a cos - b sin, b cos + a sin). The other numbers
  # of a head stay. x (rows, heads E), cos and sin (rows, 1, P).
  def rotate_(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    pairs = cos.size(2)
    by_head = x.reshape([x.size(0), -1, self.head_size])
    a = by_head.slice(2, 0, pairs)
    b = by_head.slice(2, pairs, 2 * pairs)
    c = cos.to(x.dtype)
    s = sin.to(x.dtype)
    a_sin = torch.mul(a, s)
    a.mul_(c).addcmul_(b, s, value=-1)
    b.mul_(c).add_(a_sin)
    return x

  # ---- Attention of one sequence group ----

  # Attention of one group; its output is written over its queries: q (B, R, H, E), the last R of T rows; k and v
  # (B, T, G, E). Returns the attention that every key receives from the last attention_rows rows, over heads times
  # head_mask (H, 1): (T); none with attention_rows = 0: (0).
  def group_attention_(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int, attention_rows: int, head_mask: Tensor) -> Tensor:
    tokens = k.size(1)
    rows = q.size(1)
    if window >= tokens:
      window = 0
    key_attention = torch.zeros([0], dtype=self.float64, device=q.device)
    if attention_rows > 0:
      key_attention = torch.zeros([tokens], dtype=self.float64, device=q.device)
    if self.is_faster_by_rows(q, tokens):
      return self.row_attention_(q, k, v, window, rows - attention_rows, head_mask, key_attention, True)
    if attention_rows > 0:
      self.row_attention_(q.slice(1, rows - attention_rows, rows), k, v, window, 0, head_mask, key_attention, False)
    padded = q
    if rows < tokens:
      padded = torch.constant_pad_nd(q, [0, 0, 0, 0, tokens - rows, 0])
    q.copy_(self.fused_attention(padded, k, v, window).slice(1, tokens - rows, tokens))
    return key_attention

  # Whether row_attention_ is faster than the fused kernel, which always computes all T rows.
  def is_faster_by_rows(self: __torch__.Decoder, q: Tensor, tokens: int) -> bool:
    if 2 * q.size(1) < tokens:
      return True
    if q.is_cuda:
      return False
    return q.dtype == self.float32 and tokens <= self.row_attention_tokens

  # Attention by libtorch's fused kernel: (B, T, H, E) -> (B, T, H, E). With a window, a tile of rows reads only the keys
  # that it sees, so that time and memory grow with T and not with its square.
  def fused_attention(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    batch = q.size(0)
    queries = self.heads_first(q, self.heads // self.kv_heads)
    keys = self.heads_first(k, 1).expand(queries.size())
    values = self.heads_first(v, 1).expand(queries.size())
    if window == 0:
      return self.tokens_first(torch.scaled_dot_product_attention(queries, keys, values, None, 0., True, scale=self.attention_scale), batch)
    tokens = k.size(1)
    step = max(window // 4, self.min_tile_rows)
    tiles = annotate(List[Tensor], [])
    row = 0
    while row < tokens:
      end = min(row + step, tokens)
      key = self.first_visible_key(row, window)
      every = torch.ones([end - row, end - key], dtype=self.boolean, device=q.device)
      visible = torch.logical_and(torch.tril(every, row - key), torch.triu(every, row - key - window + 1))
      tiles.append(torch.scaled_dot_product_attention(queries.slice(2, row, end), keys.slice(2, key, end), values.slice(2, key, end), visible, 0., False, scale=self.attention_scale))
      row = end
    return self.tokens_first(torch.cat(tiles, 2), batch)

  # (B, T, heads, E) -> (B G, group_heads, T, E): the group_heads query heads that share a key/value head become the heads
  # of one sequence, so that their keys need no copy. group_heads is H / G for queries, 1 for keys and values. With H = G
  # it is a transpose, (B, H, T, E).
  def heads_first(self: __torch__.Decoder, x: Tensor, group_heads: int) -> Tensor:
    if self.heads == self.kv_heads:
      return x.transpose(1, 2)
    by_group = x.reshape([x.size(0), x.size(1), self.kv_heads, group_heads, self.head_size])
    return by_group.permute([0, 2, 3, 1, 4]).reshape([-1, group_heads, x.size(1), self.head_size])

  # The inverse of heads_first for queries: (B G, H / G, T, E) -> (B, T, H, E).
  def tokens_first(self: __torch__.Decoder, x: Tensor, batch: int) -> Tensor:
    if self.heads == self.kv_heads:
      return x.transpose(1, 2)
    by_group = x.reshape([batch, self.kv_heads, -1, x.size(2), self.head_size])
    return by_group.permute([0, 3, 1, 2, 4]).reshape([batch, x.size(2), self.heads, self.head_size])

  # The first key that rows from row on see.
  def first_visible_key(self: __torch__.Decoder, row: int, window: int) -> int:
    if window > 0:
      return max(row - window + 1, 0)
    return 0

  # Attention of the last R of T rows, a tile of rows at a time whose attention weights the caches hold: q (B, R, H, E), k
  # and v (B, T, G, E). With compute_output the output is written over q. The attention that every key receives from the
  # rows from first_attention_row on, over heads times head_mask (H, 1), is added to key_attention (T), float64;
  # first_attention_row = R: none. Within a tile that sum is float32, beyond it float64.
  def row_attention_(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int, first_attention_row: int, head_mask: Tensor, key_attention: Tensor, compute_output: bool) -> Tensor:
    tokens = k.size(1)
    first = tokens - q.size(1)
    step = self.attention_tile_rows(q.size(1), tokens, window)
    scores = torch.empty([self.heads * step * min(tokens, self.visible_keys(tokens, window) + step)], dtype=self.float32, device=q.device)
    causal_mask = torch.triu(torch.full([step, step], -inf, dtype=self.float32, device=q.device), 1)
    keys = k.to(self.float32).permute([0, 2, 3, 1])
    values = v
    if compute_output:
      values = v.to(self.float32).transpose(1, 2)
    sequence = 0
    while sequence < q.size(0):
      row = first
      while row < tokens:
        end = min(row + step, tokens)
        key = self.first_visible_key(row, window)
        tile = q.select(0, sequence).slice(0, row - first, end - first)
        attention = self.attention_weights(tile, keys.select(0, sequence).slice(2, key, end), row, key, window, causal_mask, scores)
        if end - first > first_attention_row:
          mask = head_mask.repeat([1, end - row])
          mask.slice(1, 0, max(first_attention_row - row + first, 0)).zero_()
          key_attention.slice(0, key, end).add_(torch.mv(torch.t(attention.reshape([-1, end - key])), mask.reshape([-1])))
        if compute_output:
          output = torch.bmm(attention, values.select(0, sequence).slice(1, key, end))
          tile.copy_(output.reshape([self.heads, end - row, self.head_size]).transpose(0, 1))
        row = end
      sequence = sequence + 1
    return key_attention

  # How many of the keys of T tokens one tile of rows sees, about.
  def visible_keys(self: __torch__.Decoder, tokens: int, window: int) -> int:
    if window > 0:
      return min(tokens, 2 * window)
    return tokens

  # How many of some query rows a tile has, so that the caches hold its attention weights.
  def attention_tile_rows(self: __torch__.Decoder, rows: int, tokens: int, window: int) -> int:
    step = min(max(self.tile_attention_weights // (self.heads * self.visible_keys(tokens, window)), self.min_tile_rows), rows)
    if window > 0:
      return min(step, window)
    return step

  # Softmax attention weights of some rows of one sequence, written over scores, in float32: q (R, H, E), k (G, E, K) ->
  # (G, H / G R, K). Row i stands at position row + i and key j at position key + j; the last of both stand at the same
  # position. causal_mask (R or more, R or more) is -inf above its diagonal.
  def attention_weights(self: __torch__.Decoder, q: Tensor, k: Tensor, row: int, key: int, window: int, causal_mask: Tensor, scores: Tensor) -> Tensor:
    rows = q.size(0)
    keys = k.size(2)
    s = scores.slice(0, 0, self.heads * rows * keys).reshape([self.kv_heads, -1, keys])
    queries = q.to(self.float32).transpose(0, 1).reshape([self.kv_heads, -1, self.head_size])
    torch.baddbmm(s, queries, k, beta=0, alpha=self.attention_scale, out=s)
    by_head = s.reshape([-1, rows, keys])
    by_head.slice(2, keys - rows, keys).add_(causal_mask.slice(0, 0, rows).slice(1, 0, rows))
    if window > 0:
      if key <= row + rows - 1 - window:
        by_head.add_(torch.tril(torch.full([rows, keys], -inf, dtype=self.float32, device=q.device), row - window - key))
    torch._softmax(s, -1, False, out=s)
    return s

  # ---- Loading and measuring ----

  # Memory for one weight on the device of like: (rows, columns) or, with no columns, (rows).
  def new_weight(self: __torch__.Decoder, like: Tensor, rows: int, columns: int, dtype: int) -> Tensor:
    shape = [rows, columns]
    if columns == 0:
      shape = [rows]
    return torch.empty(shape, dtype=dtype, device=like.device)

  # Copies some rows into a weight, from row on; whether all their numbers are finite in the weight's own dtype.
  def fill_weight(self: __torch__.Decoder, weight: Tensor, row: int, values: Tensor) -> bool:
    rows = weight.slice(0, row, row + values.size(0))
    rows.copy_(values)
    return bool(torch.all(torch.isfinite(rows)))

  # x W^T over a weight that is not prepacked: the matrix product that benchmarks compare with.
  def matmul(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x, weight)
