resource "a" "b" {
	c	=	1	# tab
	d = [	1,	2	]
	e = <<-EOT
		one
			two
	EOT
}
