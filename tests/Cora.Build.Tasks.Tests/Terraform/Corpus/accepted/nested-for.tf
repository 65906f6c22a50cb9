a = [for x in [for y in z : y if y] : { for k, v in x : k => [for w in v : w]... if length(v) > 0 }]
b = { for k, v in { for a, b in c : a => b } : k => v }
c = [for x in y : [for z in x : z] if x != null]
