a = <<"EOT"
EOT
