# hash
// slashes
/* block */ a = 1 # behind
b = /* inside */ 2 // behind
/* several
lines */
c = [ # open
  1, # one
  // two
  2 /* x */, 3
]
d = { # open
  a = 1 # x
  /* y */ b = 2
}
e = f( # call
  1 // x
)
g "x" /* label */ { # open
  h = 1
} # close
i = "# no comment // none /* none */"
j = <<EOT
# no comment
EOT
k = 1 /* a */ + /* b
*/ 2
/**/
/***/
/* * / **/
#
//
l = 1 # no newline
