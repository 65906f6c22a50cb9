a b c "d" e {
}
a "x y" "z\"" {
}
a "" {
}
a "é\u00e9" {
}
a-b_c d-e_f {
}
a "$x %" {
}
